import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { HpoError } from '../base/errors.ts';
import { Rng } from '../base/rng.ts';
import { categorical } from '../space/categorical-distribution.ts';
import { float } from '../space/float-distribution.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { crossValidationError, emmr, type Improvement, medianError, regretBound, stagnation } from './index.ts';
import { staticError } from './static-error.ts';

const distributions = { x: float(0, 1), y: float(0, 1), unit: categorical(['a', 'b']) };

/** Trials of (x − 0.3)² + (y − 0.3)²; after thirty of them, `spread` around the optimum. */
function searched(count: number, spread: number, seed = 'search', scale = 1): readonly FrozenTrial[] {
  const rng = new Rng(seed);
  return Array.from({ length: count }, (_, number) => {
    const near = (draw: number) => (number < 30 ? draw : 0.3 + spread * (draw - 0.3));
    const [x, y, unit] = [near(rng.uniform()), near(rng.uniform()), ['a', 'b'][rng.integer(2)] as string];
    return frozenTrial(number, {
      params: { x, y, unit },
      distributions,
      values: [scale * ((x - 0.3) ** 2 + (y - 0.3) ** 2)],
    });
  });
}

const mirrored = (trials: readonly FrozenTrial[]) =>
  trials.map((trial) => frozenTrial(trial.number, { ...trial, values: [-(trial.values?.[0] ?? 0)] }));

describe.each<readonly [string, () => Improvement]>([
  ['regretBound()', () => regretBound()],
  ['emmr()', () => emmr()],
])('%s', (name, make) => {
  it('is less where a search has come near to the optimum', () => {
    const [wide, near] = [searched(40, 1), searched(40, 0.05)].map((trials) => make().evaluate(trials, 'minimize'));
    expect(near).toBeGreaterThan(0);
    expect(near).toBeLessThan((wide as number) / 3);
  });

  it('is the same in either direction, at any time', () => {
    const trials = searched(25, 0.5);
    const improvement = make().evaluate(trials, 'minimize');
    expect(make().evaluate(mirrored(trials), 'maximize')).toBe(improvement);
    expect(make().evaluate(trials, 'minimize')).toBe(improvement);
  });

  it('is in the unit of the values, or in deviations of them', () => {
    const [one, thousand] = [1, 1000].map((scale) => make().evaluate(searched(25, 0.5, 's', scale), 'minimize'));
    const unit = name === 'regretBound()' ? 1000 : 1;
    expect((thousand as number) / (one as number)).toBeCloseTo(unit, 0);
  });

  it('does not tell without a parameter that all trials have, and bears values of every kind', () => {
    const apart = [...searched(20, 1), frozenTrial(20, { values: [0] })];
    expect(make().evaluate(apart, 'minimize')).toBe(Infinity);
    const odd = searched(30, 1).map((trial) =>
      frozenTrial(trial.number, { ...trial, values: [[Infinity, -Infinity, 1e300, 0, 1][trial.number % 5] as number] }),
    );
    expect(make().evaluate(odd, 'minimize')).toBeGreaterThan(0);
    const equal = searched(22, 1).map((trial) => frozenTrial(trial.number, { ...trial, values: [3] }));
    expect(make().evaluate(equal, 'minimize')).toBeGreaterThanOrEqual(0);
    for (const count of [1, 2, 3]) expect(make().evaluate(searched(count, 1), 'minimize')).toBeGreaterThanOrEqual(0);
  });
});

it('medianError(emmr()) ends a search that has come near to the optimum, and no other', () => {
  const improvement = emmr();
  const { error } = improvement;
  const isOver = (trials: readonly FrozenTrial[]) =>
    improvement.evaluate(trials, 'minimize') < error.evaluate(trials, 'minimize');
  expect(isOver(searched(29, 0))).toBe(false); // too few
  expect(isOver(searched(60, 0))).toBe(true); // the last thirty are all at the optimum
  expect(isOver(searched(31, 1))).toBe(false);
});

it('crossValidationError() follows from the scores of the best trial, by Nadeau and Bengio', () => {
  const scored = (number: number, value: number, scores: readonly number[], systemAttrs = {}) =>
    frozenTrial(number, { values: [value], intermediateValues: new Map(scores.entries()), systemAttrs });
  const trials = [scored(0, 2.5, [1, 2, 3, 4]), scored(1, 9, [9, 9.5]), scored(2, 5, [5, 5])];
  const errorOf = (direction: 'minimize' | 'maximize', all = trials) => crossValidationError().evaluate(all, direction);
  expect(errorOf('minimize')).toBeCloseTo(Math.sqrt((1 / 4 + 1 / 3) * 1.25), 12);
  expect(errorOf('maximize')).toBeCloseTo(Math.sqrt((1 / 2 + 1) * 0.0625), 12);
  const kept = scored(3, 0, [7, 8], { 'terminator:cv_scores': [0, 6] }); // by Optuna's report_cross_validation_scores()
  expect(errorOf('minimize', [...trials, kept])).toBeCloseTo(Math.sqrt((1 / 2 + 1) * 9), 12);
});

it('stagnation() counts down from the best trial, the first of equal ones', () => {
  const left = (direction: 'minimize' | 'maximize', ...values: readonly number[]) =>
    stagnation({ trials: 3 }).evaluate(
      values.map((value, number) => frozenTrial(number, { values: [value] })),
      direction,
    );
  expect([left('minimize', 5), left('minimize', 5, 6, 7, 8), left('minimize', 5, 5, 5, 5, 5)]).toEqual([3, 0, -1]);
  expect(left('minimize', 5, 6, 4)).toBe(3);
  expect(left('maximize', 5, 6, 4)).toBe(2);
});

it('options and errors are refused in one line', () => {
  const attempts = [
    () => regretBound({ topRatio: 0 }),
    () => regretBound({ top: 1 } as object),
    () => emmr({ minTrials: 1 }),
    () => stagnation({ trials: -1 }),
    () => medianError(stagnation(), { ratio: 0 }),
    () => staticError(Number.NaN),
    () => crossValidationError().evaluate([frozenTrial(0, { intermediateValues: new Map([[0, 1]]) })], 'minimize'),
  ];
  const messages = attempts.map((attempt) => {
    try {
      return attempt();
    } catch (error) {
      return HpoError.is(error) ? `${error.code} ${error.message}` : error;
    }
  });
  expect(messages).toMatchInlineSnapshot(`
    [
      "HPO_INVALID_STUDY regretBound(): \`topRatio\` is 0; give a number above 0 and up to 1.",
      "HPO_INVALID_STUDY regretBound(): there is no \`top\`; there are topRatio, minTrials.",
      "HPO_INVALID_STUDY emmr(): \`minTrials\` is 1; give a whole number from 2 on.",
      "HPO_INVALID_STUDY stagnation(): \`trials\` is -1; give a whole number from 0 on.",
      "HPO_INVALID_STUDY medianError(): \`ratio\` is 0; give a number above 0.",
      "HPO_INVALID_STUDY staticError(): \`error\` is NaN; give a finite number.",
      "HPO_INVALID_STUDY crossValidationError(): trial 0, the best, has no scores of several folds; report each fold as a step: trial.report(score, fold), or give another \`error\`.",
    ]
  `);
});
