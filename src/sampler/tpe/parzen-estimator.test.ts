import { describe, expect, it } from 'vitest';
import { Rng } from '../../base/rng.ts';
import { logSumExp } from '../../math/special-functions.ts';
import { categorical } from '../../space/categorical-distribution.ts';
import type { Distribution } from '../../space/distribution.ts';
import { float } from '../../space/float-distribution.ts';
import { int } from '../../space/int-distribution.ts';
import { isNumeric } from '../../space/numeric-distribution.ts';
import type { Points } from './kernels.ts';
import { ParamColumn } from './param-column.ts';
import { ParzenEstimator } from './parzen-estimator.ts';
import { mostPromising } from './sampler.ts';
import { ageWeights } from './weights.ts';

const rate = float(1e-4, 1, { log: true });
const dropout = float(0, 1);
const layers = int(1, 8);
const width = int(4, 2048, { log: true });
const kind = categorical(['a', 'b', 'c']);

const spaces: Record<string, Distribution[]> = {
  mixed: [kind, width, rate, layers, dropout],
  'numbers without steps': [rate, dropout],
  'one number': [rate],
  'one wide integer': [width],
  integers: [layers, width],
  'one choice': [kind],
  choices: [kind, categorical([1, 2]), categorical([true, false, null])],
};

/** A value near the upper end of the range, as a search that has found something draws them. */
function draw(distribution: Distribution, rng: Rng): number {
  if (!isNumeric(distribution)) return Math.min(Math.floor(-Math.log(rng.uniform())), 1);
  const { rangeLow, rangeHigh } = distribution;
  return distribution.fromRange(rangeHigh - Math.min(0.1 * Math.abs(rng.normal()), 1) * (rangeHigh - rangeLow));
}

function estimatorOf(distributions: readonly Distribution[], count: number, rng: Rng): ParzenEstimator {
  const rows = Uint32Array.from({ length: count }, (_, row) => row);
  const columns = distributions.map((distribution) => {
    const column = new ParamColumn(distribution);
    for (const row of rows) column.set(row, distribution.fromInternal(draw(distribution, rng)));
    return column.observations(rows, Int32Array.from(rows));
  });
  return new ParzenEstimator(distributions, columns, { weights: ageWeights, priorWeight: 1 });
}

/** The ln density with every component summed over every parameter, nothing left out. */
function wholeLogDensity({ weights, kernels }: ParzenEstimator, points: Points, point: number): number {
  const components = Uint32Array.from(weights.keys());
  const sums = weights.map(Math.log);
  for (const [at, each] of kernels.entries()) {
    each.addLogDensities(points[at]?.[point] as number, components, sums, sums.length);
  }
  return logSumExp(sums);
}

describe.each(Object.entries(spaces))('ParzenEstimator of %s', (_, distributions) => {
  for (const count of [0, 1, 40, 900]) {
    const rng = new Rng(`${count}`);
    const [good, rest] = [estimatorOf(distributions, Math.min(count, 25), rng), estimatorOf(distributions, count, rng)];
    const near = good.sample(rng, 24);
    const anywhere = distributions.map((distribution) =>
      Float64Array.from({ length: 24 }, () =>
        isNumeric(distribution)
          ? distribution.fromRange(rng.uniform(distribution.rangeLow, distribution.rangeHigh))
          : rng.integer(2),
      ),
    );

    it(`leaves only negligible terms out of the sum over ${count} observations`, () => {
      for (const points of [near, anywhere]) {
        for (let point = 0; point < 24; point++) {
          const whole = wholeLogDensity(rest, points, point);
          expect(Math.abs(rest.logDensity(points, point) - whole)).toBeLessThan(1e-12 * Math.max(1, Math.abs(whole)));
          const sum = rest.beginSum(points, point);
          for (let before = -Infinity; !sum.isWhole; before = sum.logDensity) {
            expect(sum.logDensity).toBeGreaterThanOrEqual(before);
            expect(sum.logDensity).toBeLessThan(whole + 1e-12 * Math.max(1, Math.abs(whole)));
            rest.extendSum(sum);
          }
        }
      }
    });

    it(`finds the most promising point beside ${count} observations without summing all`, () => {
      for (const points of [near, anywhere]) {
        const ratios = Array.from(
          { length: 24 },
          (_, point) => wholeLogDensity(good, points, point) - wholeLogDensity(rest, points, point),
        );
        const chosen = mostPromising(points, good, rest);
        expect(ratios[chosen]).toBeGreaterThan(Math.max(...ratios) - 1e-11);
        expect(ratios.findIndex((ratio) => ratio > Math.max(...ratios) - 1e-11)).toBe(chosen);
      }
    });
  }
});

it('weighs each observation by its given weight, the oldest first, and the prior last', () => {
  const column = new ParamColumn(dropout);
  for (const [row, value] of [0.2, 0.5, 0.9].entries()) column.set(row, value);
  const rows = Uint32Array.of(0, 1, 2);
  const weighting = { weights: () => Float64Array.of(1, 2, 5), priorWeight: 2 };
  const estimator = new ParzenEstimator([dropout], [column.observations(rows, Int32Array.from(rows))], weighting);
  expect([...estimator.weights]).toEqual([0.1, 0.2, 0.5, 0.2]);
  // The newest observation weighs most, so that the density is the greatest there.
  const densities = estimator.logDensities([Float64Array.of(0.2, 0.5, 0.9)]);
  expect(densities.indexOf(Math.max(...densities))).toBe(2);
});
