import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../../test/support/frozen-trial.ts';
import { historyOf } from '../../../test/support/history.ts';
import { atOnce, type Suggest, startingTrial } from '../../../test/support/search.ts';
import type { RecordedHistory } from '../../history/recorded-history.ts';
import { categorical } from '../../space/categorical-distribution.ts';
import { float } from '../../space/float-distribution.ts';
import { int } from '../../space/int-distribution.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import type { Sampler } from '../sampler.ts';
import { bruteForce, drawOpen } from './sampler.ts';

type Objective = (suggest: Suggest) => void;

/** Optuna's example: 5 + 6 combinations. */
const dependent: Objective = (suggest) => {
  if (suggest('c', categorical(['float', 'int'])) === 'float') suggest('x', float(1, 3, { step: 0.5 }));
  else suggest('b', int(Number(suggest('a', int(1, 3))), 3));
};

/** Begins a trial: asks for what the objective asks for. */
function start(
  sampler: Sampler,
  history: RecordedHistory,
  objective: Objective,
  number: number,
  seed = 1,
): FrozenTrial {
  let trial = frozenTrial(number, { state: 'RUNNING' });
  history.update([trial]);
  objective((name, distribution) => {
    const value = atOnce(
      sampler.sample(history, { ...startingTrial(number, seed), params: trial.params }, name, distribution),
    );
    const params = { ...trial.params, [name]: value };
    trial = frozenTrial(number, { ...trial, params, distributions: { ...trial.distributions, [name]: distribution } });
    history.update([trial]);
    return value;
  });
  return trial;
}

/** The combinations that trials try, some at a time, until none remains. */
function exhaust(objective: Objective, atOnceCount = 1, seed = 1): string[] {
  const history = historyOf([]);
  const sampler = bruteForce();
  const tried: string[] = [];
  const running: FrozenTrial[] = [];
  for (let number = 0; ; number++) {
    if (sampler.remaining?.(history) === 0) {
      const ended = running.shift();
      if (ended === undefined) return tried;
      history.update([frozenTrial(ended.number, { ...ended, state: ended.number % 5 === 1 ? 'FAIL' : 'COMPLETE' })]);
      number--;
      continue;
    }
    const trial = start(sampler, history, objective, number, seed);
    tried.push(JSON.stringify(trial.params));
    running.push(trial);
    if (running.length === atOnceCount) {
      const ended = running.shift() as FrozenTrial;
      history.update([frozenTrial(ended.number, { ...ended, state: ended.number % 5 === 1 ? 'FAIL' : 'COMPLETE' })]);
    }
  }
}

describe('bruteForce()', () => {
  it.each([1, 3])('tries every combination once, %d at a time, and ends', (count) => {
    const tried = exhaust(dependent, count);
    expect(new Set(tried).size).toBe(11);
    expect(tried).toHaveLength(11);
    expect(tried).toContain('{"c":"int","a":2,"b":3}');
    expect(exhaust(dependent, count)).toEqual(tried);
    expect(exhaust(dependent, count, 2)).not.toEqual(tried);
  });

  it('tries what others have not, whatever order its own answers are in', () => {
    const both: Objective = (suggest) => {
      suggest('a', int(1, 2));
      suggest('b', int(1, 2));
    };
    const history = historyOf([]);
    const first = start(bruteForce(), history, both, 0);
    const { a, b } = first.params;
    const trial = { ...startingTrial(1), params: { other: 1, a: a as number } };
    for (let seed = 0; seed < 20; seed++) {
      const drawn = bruteForce().sample(
        history,
        { ...trial, ...startingTrial(1, seed), params: trial.params },
        'b',
        int(1, 2),
      );
      expect(drawn).toBe(3 - Number(b));
    }
  });

  it('goes on with the new values where a range has changed', () => {
    const history = historyOf([]);
    for (let number = 0; number < 2; number++) {
      history.update([
        frozenTrial(number, {
          ...start(bruteForce(), history, (ask) => ask('a', int(1, 2)), number),
          state: 'COMPLETE',
        }),
      ]);
    }
    expect(bruteForce().remaining?.(history)).toBe(0);
    history.update([frozenTrial(2, { params: { a: 3 }, distributions: { a: int(1, 3) } })]);
    expect(bruteForce().remaining?.(history)).toBeUndefined();
  });

  it('leaves trials of other samplers with continuous parameters aside', () => {
    const history = historyOf([frozenTrial(0, { params: { x: 0.5 }, distributions: { x: float(0, 1) } })]);
    expect(bruteForce().remaining?.(history)).toBeUndefined();
  });

  it('refuses parameters of infinitely many values', () => {
    const study = { name: 's', directions: ['minimize'] as const, space: new Map([['x', float(0, 1)]]) };
    const message = 'bruteForce(): `x`, float(0, 1), is continuous; give a `step`, or use another sampler.';
    expect(() => bruteForce().checkStudy?.(study)).toThrow(
      expect.objectContaining({ code: 'HPO_INVALID_STUDY', message }),
    );
    expect(() => bruteForce().sample(historyOf([]), startingTrial(0), 'x', float(0, 1))).toThrow(
      expect.objectContaining({ code: 'HPO_INVALID_ARGUMENT', message }),
    );
    expect(() => bruteForce().checkStudy?.({ ...study, space: new Map([['n', int(0, 2 ** 30)]]) })).toThrow(
      'has 1073741825 values, of at most 1048576',
    );
  });
});

it('an open value is drawn half by how much is open behind it', () => {
  const open = Float64Array.of(0, 1, 3, 0);
  const shares = new Float64Array(4);
  for (let i = 0; i < 1000; i++) {
    const drawn = drawOpen(open, i / 1000) as number;
    shares[drawn] = (shares[drawn] as number) + 1 / 1000;
  }
  for (const [index, share] of [0, 0.375, 0.625, 0].entries()) expect(shares[index]).toBeCloseTo(share, 2);
  expect(drawOpen(open, 1 - 2 ** -53)).toBe(2);
  expect(drawOpen(new Float64Array(3), 0.5)).toBeUndefined();
});
