import { expect, it } from 'vitest';
import { Rng } from '../../base/rng.ts';
import { Posterior } from './posterior.ts';
import { AroundPriorMean, trustIn } from './prior-mean.ts';

const rng = new Rng('prior mean');
const predicted = Array.from({ length: 8 }, () => rng.normal());

it('trusts earlier studies the more, the more trials go along with them, and not at all where they go against them', () => {
  const along = (count: number, slope: number) =>
    trustIn(
      predicted.slice(0, count),
      Float64Array.from(predicted.slice(0, count), (value) => slope * value + 3),
    );
  expect(along(2, 1)).toBeCloseTo(0.5, 12);
  expect(along(8, 1)).toBeCloseTo(0.8, 12);
  expect(along(8, -1)).toBe(0);
  expect(along(8, 100)).toBe(1.5);
  expect(trustIn([2, 2, 2], new Float64Array([1, 2, 3]))).toBe(0);
  expect(trustIn([], new Float64Array(0))).toBe(0);
});

it('adds the share of the prior mean to predictions, one by one and many at once, and to their gradients', () => {
  const points = Array.from({ length: 9 }, () => Float64Array.of(rng.uniform(), rng.uniform(), rng.integer(3)));
  const hyperparameters = { weights: new Float64Array([3, 5, 1]), scale: 1.2, noise: 1e-3 };
  const model = (values: (point: Float64Array) => number) =>
    new Posterior({ points, values: Float64Array.from(points, values), numbers: 2 }, hyperparameters);
  const [own, prior] = [model(([x = 0]) => x), model(([x = 0, y = 0, kind = 0]) => x * y + kind)];
  const both = new AroundPriorMean(own, prior, 0.7);
  const others = Array.from({ length: 6 }, () => Float64Array.of(rng.uniform(), rng.uniform(), rng.integer(3)));
  for (const [i, prediction] of both.atAll(others).entries()) {
    const point = others[i] as Float64Array;
    expect(prediction.mean).toBeCloseTo(own.at(point).mean + 0.7 * prior.at(point).mean, 12);
    expect(prediction.deviation).toBeCloseTo(own.at(point).deviation, 12);
    expect(both.at(point).mean).toBeCloseTo(prediction.mean, 12);
    const [means, deviations] = [new Float64Array(3), new Float64Array(3)];
    expect(both.withGradient(point, means, deviations).mean).toBeCloseTo(prediction.mean, 12);
    for (const j of [0, 1]) {
      const moved = (by: number) => both.at(point.map((x, at) => (at === j ? x + by : x))).mean;
      expect(means[j]).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 5);
    }
  }
});
