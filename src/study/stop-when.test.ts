import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import {
  crossValidationError,
  type ErrorEstimate,
  emmr,
  type Improvement,
  regretBound,
  stagnation,
} from '../terminator/index.ts';
import { staticError } from '../terminator/static-error.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { checkStopWhen, StopSearch, type StopWhen } from './stop-when.ts';

const stopReasonOf = (stopWhen: StopWhen, trials: readonly FrozenTrial[], direction: 'minimize' | 'maximize') =>
  new StopSearch(stopWhen, direction).reason(trials);

type End = number | 'PRUNED' | 'FAIL' | 'RUNNING' | 'WAITING' | 'infeasible';

/**
 * Trials by number: a number is the value of a complete trial, a text the state of another one; `infeasible` breaks a
 * constraint.
 */
function trialsOf(...ends: readonly End[]) {
  return ends.map((end, number): FrozenTrial => {
    if (typeof end === 'number') return frozenTrial(number, { values: [end] });
    if (end === 'infeasible') return frozenTrial(number, { values: [-100], systemAttrs: { 'constraints:0': 1 } });
    return frozenTrial(number, { state: end, values: end === 'PRUNED' ? [-100] : null });
  });
}

const stoppedBy = (
  stopWhen: StopWhen,
  trials: readonly FrozenTrial[],
  direction = 'minimize' as 'minimize' | 'maximize',
) => stopReasonOf(stopWhen, trials, direction)?.trial;

describe('stopWhen.value', () => {
  it('is reached by the first complete, feasible trial that is as good, in either direction', () => {
    expect(stoppedBy({ value: 1 }, trialsOf(3, 'PRUNED', 'FAIL', 'infeasible', 2, 1, 0.5))).toBe(5);
    expect(stoppedBy({ value: 1 }, trialsOf(0.5, 0.9, 1, 2), 'maximize')).toBe(2);
    expect(stoppedBy({ value: 1 }, trialsOf(3, 'RUNNING', 'WAITING', Number.POSITIVE_INFINITY))).toBeUndefined();
    expect(stoppedBy({ value: 1 }, trialsOf(Number.NEGATIVE_INFINITY))).toBe(0);
    expect(stopReasonOf({ value: 0.5 }, trialsOf(0.25), 'minimize')).toEqual({
      rule: 'value',
      trial: 0,
      message: 'trial 0 has reached 0.5: 0.25',
    });
  });
});

describe('stopWhen.trialsWithoutGain', () => {
  it.each<readonly [string, number | undefined, StopWhen, readonly End[]]>([
    ['counts since the last that was better, equal ones as no gain', 4, { trialsWithoutGain: 3 }, [5, 4, 4, 6, 4.5]],
    ['begins again with every gain', undefined, { trialsWithoutGain: 3 }, [5, 6, 6, 4, 5, 5, 3, 4, 4]],
    [
      'counts pruned and infeasible ones, and not the failed',
      5,
      { trialsWithoutGain: 3 },
      [5, 'PRUNED', 'FAIL', 'infeasible', 'FAIL', 6],
    ],
    ['begins with the first complete one', undefined, { trialsWithoutGain: 2 }, ['PRUNED', 'PRUNED', 'PRUNED', 5, 6]],
    ['leaves out those that run or wait', undefined, { trialsWithoutGain: 2 }, [5, 'RUNNING', 6, 'WAITING', 4]],
    ['holds, once it does, whatever comes later', 2, { trialsWithoutGain: 2 }, [5, 6, 6, 1]],
    ['needs more than minGain', 3, { trialsWithoutGain: 3, minGain: 1 }, [5, 4, 4.5, 4.25, 3]],
    ['adds small gains up until they are one', undefined, { trialsWithoutGain: 3, minGain: 1 }, [5, 4.5, 3.75, 3.5, 2]],
    ['comes down from infinity', undefined, { trialsWithoutGain: 2, minGain: 1 }, [Infinity, Infinity, 5, 4.5, 3.5]],
    ['does not gain on infinity', 2, { trialsWithoutGain: 2 }, [-Infinity, -Infinity, 1]],
  ])('%s', (_name, trial, stopWhen, ends) => {
    expect(stoppedBy(stopWhen, trialsOf(...ends))).toBe(trial);
    const mirrored = ends.map((end) => (typeof end === 'number' ? -end : end));
    expect(stoppedBy(stopWhen, trialsOf(...mirrored), 'maximize')).toBe(trial);
  });

  it('names the trials that it has counted', () => {
    const stop = (stopWhen: StopWhen) => stopReasonOf(stopWhen, trialsOf(5, 4, 6, 3.5), 'minimize')?.message;
    expect(stop({ trialsWithoutGain: 1 })).toBe(
      '1 trial, trial 2, has gained nothing; the last that did was trial 1 with 4',
    );
    expect(stop({ trialsWithoutGain: 3, minGain: 2 })).toBe(
      '3 trials in a row, up to trial 3, have gained no more than 2; the last that did was trial 0 with 5',
    );
  });
});

describe('stopWhen.improvement', () => {
  /** Falls from 10 by 1 with each trial that it is shown. */
  function falling() {
    const asked: number[] = [];
    const improvement: Improvement = {
      name: 'falling',
      error: staticError(3),
      evaluate(trials) {
        asked.push(trials.length);
        return 10 - trials.length;
      },
    };
    return { asked, improvement };
  }
  const many = trialsOf(
    1,
    'PRUNED',
    2,
    'infeasible',
    3,
    'FAIL',
    4,
    5,
    6,
    'RUNNING',
    7,
    8,
    9,
    10,
    11,
    12,
    13,
    14,
    15,
    16,
  );

  it('ends with the first estimate below the error, of the complete and feasible trials', () => {
    const { improvement } = falling();
    const reason = stopReasonOf({ improvement, minTrials: 1, every: 1 }, many, 'minimize');
    expect(reason).toEqual({
      rule: 'improvement',
      trial: 11,
      message: 'an improvement of 2 is left after 8 complete trials, up to trial 11, less than the error of 3',
    });
  });

  it('begins with minTrials, and estimates again after every so many, each once', () => {
    const { asked, improvement } = falling();
    const search = new StopSearch({ improvement, error: -100, minTrials: 4, every: 3 }, 'minimize');
    for (let count = 1; count <= many.length; count++) expect(search.reason(many.slice(0, count))).toBeUndefined();
    expect(asked).toEqual([4, 7, 10, 13, 16]);
    const late = many.map((trial) => (trial.state === 'RUNNING' ? frozenTrial(trial.number, { values: [0] }) : trial));
    expect(search.reason(late)).toBeUndefined();
    expect(asked.slice(5)).toEqual([7, 10, 13, 16]); // the first four trials are the same
  });

  it('asks for an error that the first trials decide once', () => {
    const { improvement } = falling();
    const asked: number[] = [];
    const error: ErrorEstimate = {
      name: 'asked',
      decidedBy: 5,
      evaluate(trials) {
        asked.push(trials.length);
        return -100;
      },
    };
    const search = new StopSearch({ improvement, error, minTrials: 2, every: 1 }, 'minimize');
    search.reason(many);
    expect(asked).toEqual([2, 3, 4, 5]);
  });

  it('goes with other rules, of which the first one holds', () => {
    const { improvement } = falling();
    const rules = { improvement, minTrials: 1, every: 1 };
    expect(stopReasonOf({ ...rules, value: 1 }, many, 'minimize')).toMatchObject({ rule: 'value', trial: 0 });
    expect(stopReasonOf({ ...rules, value: 16 }, many, 'maximize')).toMatchObject({ rule: 'improvement' });
  });
});

it.each<readonly [unknown, string | undefined, number?]>([
  [undefined, undefined],
  [{ value: 0 }, undefined],
  [{ trialsWithoutGain: 1, minGain: 0, value: -3 }, undefined],
  [3, '`stopWhen` is 3; give an object such as { value: 0.05 } or { trialsWithoutGain: 20 }.'],
  [{ improvement: stagnation(), error: 0.5, minTrials: 1, every: 1 }, undefined],
  [{ improvement: regretBound(), error: crossValidationError() }, undefined],
  [{ improvement: 3 }, 'in `stopWhen` `improvement` is 3; give an estimate of it, such as regretBound().'],
  [
    { improvement: emmr(), error: null },
    'in `stopWhen` `error` is null; give a finite number or an estimate, such as crossValidationError().',
  ],
  [{ improvement: emmr(), every: 0 }, 'in `stopWhen` `every` is 0; give a whole number from 1 on.'],
  [{ value: 1, error: 1 }, 'in `stopWhen`, `error` goes with `improvement`; give that, too.'],
  [{}, '`stopWhen` is empty; give `value`, `trialsWithoutGain` or `improvement`.'],
  [
    { valeu: 3 },
    'in `stopWhen` there is no `valeu`; there are value, trialsWithoutGain, minGain, improvement, error, minTrials, every.',
  ],
  [{ value: Number.NaN }, 'in `stopWhen` `value` is NaN; give a finite number.'],
  [{ trialsWithoutGain: 0 }, 'in `stopWhen` `trialsWithoutGain` is 0; give a whole number from 1 on.'],
  [{ trialsWithoutGain: 3, minGain: -1 }, 'in `stopWhen` `minGain` is -1; give a finite number from 0 on.'],
  [{ value: 1, minGain: 1 }, 'in `stopWhen`, `minGain` goes with `trialsWithoutGain`; give that, too.'],
  [{ value: 1 }, '`stopWhen` is for studies with one direction: with several no value is the best; leave it out.', 2],
])('declared as %j', (stopWhen, problem, directions = 1) => {
  const said: string[] = [];
  const refuse = (what: string): never => {
    said.push(what);
    throw new Error(what);
  };
  const check = () =>
    checkStopWhen(
      stopWhen,
      Array.from({ length: Number(directions) }, () => 'minimize'),
      refuse,
    );
  if (problem === undefined) check();
  else expect(check).toThrow(problem);
  expect(said).toEqual(problem === undefined ? [] : [problem]);
});
