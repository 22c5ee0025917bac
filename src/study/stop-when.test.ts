import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { checkStopWhen, type StopWhen, stopReasonOf } from './stop-when.ts';

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

it.each<readonly [unknown, string | undefined, number?]>([
  [undefined, undefined],
  [{ value: 0 }, undefined],
  [{ trialsWithoutGain: 1, minGain: 0, value: -3 }, undefined],
  [3, '`stopWhen` is 3; give an object such as { value: 0.05 } or { trialsWithoutGain: 20 }.'],
  [{}, '`stopWhen` is empty; give `value` or `trialsWithoutGain`.'],
  [{ valeu: 3 }, 'in `stopWhen` there is no `valeu`; there are value, trialsWithoutGain, minGain.'],
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
