import { describe, expect, it } from 'vitest';
import { search } from '../../../test/support/search.ts';
import { categorical } from '../../space/categorical-distribution.ts';
import type { Distribution } from '../../space/distribution.ts';
import { int } from '../../space/int-distribution.ts';
import { CategoricalKernels } from './categorical-kernels.ts';
import { tpe } from './sampler.ts';

const sizes = categorical([1, 2, 4, 8, 16]);
const distance = (a: unknown, b: unknown) => Math.abs(Math.log2(Number(a)) - Math.log2(Number(b)));

describe('kernels with a distance', () => {
  it('fall off with the distance by Optuna’s rule, and sum to 1', () => {
    const kernels = new CategoricalKernels(sizes, { values: Float64Array.of(1, 4, 1) }, 0.5, distance);
    const steepness = (Math.log(4 / 0.5) * Math.log(5)) / Math.log(6);
    const expected = (distances: readonly number[], greatest: number) => {
      const weights = distances.map((d) => Math.exp(-((d / greatest) ** 2) * steepness));
      const total = weights.reduce((sum, w) => sum + w, 0);
      return weights.map((w) => w / total);
    };
    for (const [k, row] of [expected([1, 0, 1, 2, 3], 3), expected([4, 3, 2, 1, 0], 4)].entries()) {
      for (const [choice, p] of row.entries()) expect(kernels.probabilities(k)[choice]).toBeCloseTo(p, 14);
    }
    expect([...kernels.probabilities(3)]).toEqual([0.2, 0.2, 0.2, 0.2, 0.2]); // the prior
  });

  it('are even where all choices are equally far', () => {
    const kernels = new CategoricalKernels(sizes, { values: Float64Array.of(2) }, 1, () => 0);
    for (const p of kernels.probabilities(0)) expect(p).toBeCloseTo(0.2, 15);
  });
});

it('tpe() finds the best of many choices sooner with their distance', () => {
  const many = categorical(Array.from({ length: 40 }, (_, at) => at));
  const regret = (sampler: ReturnType<typeof tpe>) => {
    let sum = 0;
    for (let seed = 0; seed < 10; seed++) {
      const trials = search(sampler, { size: many }, ({ size }) => Math.abs(Number(size) - 28), 22, seed);
      sum += Math.min(...trials.map(({ values }) => values?.[0] as number));
    }
    return sum;
  };
  const near = tpe({ categoricalDistance: { size: (a, b) => Math.abs(Number(a) - Number(b)) } });
  expect(regret(near)).toBeLessThan(regret(tpe()));
});

describe('tpe({ categoricalDistance }) refuses', () => {
  const study = {
    name: 's',
    directions: ['minimize'] as const,
    space: new Map<string, Distribution>([
      ['n', int(1, 3)],
      ['size', sizes],
    ]),
  };
  it.each([
    [{ size: 3 }, '`categoricalDistance.size` is 3; give a function.'],
    [[], '`categoricalDistance` is an array; give an object of functions.'],
    [{ n: distance }, '`categoricalDistance` has `n`, which is no choice of the study "s".'],
    [{ x: distance }, '`categoricalDistance` has `x`, which is no choice of the study "s".'],
    [{ size: () => -1 }, 'the distance of 1 and 1 of `size` is -1; give a number from 0 on.'],
  ])('%o', (categoricalDistance, message) => {
    expect(() => tpe({ categoricalDistance } as never).checkStudy?.(study)).toThrow(
      expect.objectContaining({ code: 'HPO_INVALID_STUDY', message: `tpe(): ${message}` }),
    );
  });

  it('nothing else, and keeps the text of its functions with the study', () => {
    const sampler = tpe({ categoricalDistance: { size: distance } });
    expect(() => sampler.checkStudy?.(study)).not.toThrow();
    expect(sampler.options).toMatchObject({ categoricalDistance: { size: String(distance) } });
    expect(tpe().options).not.toHaveProperty('categoricalDistance');
  });
});
