import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Rng } from '../../../src/base/rng.ts';
import { Optimizer, type OptimizerStart } from '../../../src/sampler/cma-es/optimizer.ts';
import { warmStart } from '../../../src/sampler/cma-es/warm-start.ts';

interface Kept {
  readonly generation: number;
  readonly mean: readonly number[];
  readonly sigma: number;
  readonly covariance: readonly (readonly number[])[];
  readonly scales: readonly number[];
  readonly probabilities: readonly (readonly number[])[];
}

type Objective = 'sphere' | 'ellipsoid' | 'rosenbrock' | 'choices';

interface Run {
  readonly name: string;
  readonly objective: Objective;
  readonly seed: number;
  readonly start: Omit<OptimizerStart, 'mean' | 'covariance'> & {
    readonly mean: readonly number[];
    readonly covariance?: readonly number[];
  };
  readonly populationSize: number;
  readonly kept: readonly Kept[];
  readonly converged: boolean;
}

const golden = JSON.parse(readFileSync(new URL('golden.json', import.meta.url), 'utf8')) as {
  readonly runs: readonly Run[];
  readonly warmStarts: readonly {
    readonly points: readonly (readonly number[])[];
    readonly losses: readonly number[];
    readonly run: Run;
  }[];
};

/** The generator of make_golden.py. */
function drawsOf(seed: number): Rng {
  let state = seed;
  const uniform = () => {
    state = Number((1664525n * BigInt(state) + 1013904223n) % 2n ** 32n);
    return (state + 0.5) / 2 ** 32;
  };
  const normal = () => {
    let total = 0;
    for (let i = 0; i < 12; i++) total += uniform();
    return total - 6;
  };
  return { uniform, normal } as Rng;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, x) => total + x, 0);

const OBJECTIVES: Readonly<Record<Objective, (x: readonly number[], choices: readonly number[]) => number>> = {
  sphere: (x) => sum(x.map((v) => (v - 0.3) ** 2)),
  ellipsoid: (x) => sum(x.map((v, i) => 10 ** ((3 * i) / Math.max(x.length - 1, 1)) * (v - 0.6) ** 2)),
  rosenbrock: (x) =>
    sum(x.slice(1).map((v, i) => 100 * (2 * v - (2 * (x[i] as number)) ** 2) ** 2 + (1 - 2 * (x[i] as number)) ** 2)),
  choices: (x, choices) =>
    sum(x.map((v, i) => (v - 0.2 * (1 + (i % 3))) ** 2)) + sum(choices.map((k, i) => 0.1 * Math.abs(k - i))),
};

/** To a relative 1e-9 of the greatest number of a list. */
function expectSame(actual: ArrayLike<number>, expected: readonly number[], what: string): void {
  expect(actual.length, what).toBe(expected.length);
  const scale = Math.max(...expected.map(Math.abs), 1e-300);
  for (const [i, value] of expected.entries()) {
    const error = Math.abs((actual[i] as number) - value);
    expect(error, `${what}: ${actual[i]}, expected ${value}`).toBeLessThanOrEqual(1e-9 * scale);
  }
}

function follow({ start, objective, seed, populationSize, kept, converged }: Run): void {
  const { mean, covariance, ...rest } = start;
  const draws = drawsOf(seed);
  let optimizer = Optimizer.start({
    ...rest,
    mean: Float64Array.from(mean),
    ...(covariance && { covariance: Float64Array.from(covariance) }),
  });
  expect(optimizer.populationSize).toBe(populationSize);
  for (const expected of kept) {
    while (optimizer.generation < expected.generation) {
      const tried = Array.from({ length: populationSize }, () => {
        const { drawn, numbers, choices } = optimizer.ask(draws);
        return { drawn, choices, loss: OBJECTIVES[objective]([...numbers], choices) };
      });
      optimizer = optimizer.tell(tried);
    }
    const what = `generation ${expected.generation}`;
    const own = optimizer.distribution;
    expectSame(own.mean, expected.mean, `mean of ${what}`);
    expectSame([own.sigma], [expected.sigma], `sigma of ${what}`);
    expectSame(own.covariance, expected.covariance.flat(), `covariance of ${what}`);
    expectSame(own.scales, expected.scales, `scales of ${what}`);
    for (const [i, row] of expected.probabilities.entries()) {
      expectSame(own.probabilities[i] ?? [], row, `probabilities of ${what}`);
    }
  }
  expect(optimizer.hasConverged).toBe(converged);
}

it.each(golden.runs)('50 generations of $name on $objective come to the distributions of cmaes: $#', follow);

it.each(golden.warmStarts)('a warm start begins where that of cmaes does: $#', ({ points, losses, run }) => {
  const solutions = points.map((point, at) => ({ point: Float64Array.from(point), loss: losses[at] as number }));
  const { mean, sigma, covariance } = warmStart(solutions);
  expectSame(mean, run.start.mean, 'mean');
  expectSame([sigma], [run.start.sigma], 'sigma');
  expectSame(covariance, run.start.covariance ?? [], 'covariance');
  follow(run);
});
