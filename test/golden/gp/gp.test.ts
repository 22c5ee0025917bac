import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { logExpectedImprovement } from '../../../src/math/expected-improvement.ts';
import { Sobol } from '../../../src/math/sobol.ts';
import { hyperparametersOf, LogPosterior } from '../../../src/sampler/gp/log-posterior.ts';
import { Posterior } from '../../../src/sampler/gp/posterior.ts';

type Rows = readonly (readonly number[])[];

interface GpCase {
  readonly points: Rows;
  readonly values: readonly number[];
  readonly numbers: number;
  readonly logs: readonly number[];
  readonly logPosterior: number;
  readonly gradient: readonly number[];
  readonly believed: Rows;
  readonly at: Rows;
  readonly means: readonly number[];
  readonly deviations: readonly number[];
}

const golden = JSON.parse(readFileSync(new URL('golden.json', import.meta.url), 'utf8')) as {
  readonly logExpectedImprovement: readonly (readonly [u: number, value: number, slope: number])[];
  readonly sobol: Readonly<Record<string, Rows>>;
  readonly gp: readonly GpCase[];
};

const points = (rows: Rows) => rows.map((row) => Float64Array.from(row));
const expectClose = (actual: number, expected: number, share: number) =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(share * Math.max(1, Math.abs(expected)));

it.each(golden.logExpectedImprovement)('ln h(%d) and its slope are mpmath’s', (u, value, slope) => {
  const own = logExpectedImprovement(u);
  expect(Math.abs(own.value / value - 1)).toBeLessThan(1e-11);
  expect(Math.abs(own.slope / slope - 1)).toBeLessThan(1e-11);
});

it.each(Object.entries(golden.sobol))(
  'the points of the Sobol sequence in %s dimensions are SciPy’s',
  (d, expected) => {
    const sobol = new Sobol(Number(d));
    expect(expected.map((_, index) => [...sobol.point(index)])).toEqual(expected);
  },
);

describe.each(golden.gp)('a Gaussian process of case $#', (given) => {
  const observations = {
    points: points(given.points),
    values: Float64Array.from(given.values),
    numbers: given.numbers,
  };
  const logs = Float64Array.from(given.logs);

  it('has SciPy’s posterior density of its hyperparameters, and its gradient', () => {
    const gradient = new Float64Array(logs.length);
    expectClose(new LogPosterior(observations).at(logs, gradient), given.logPosterior, 1e-9);
    for (const [i, slope] of given.gradient.entries()) expectClose(gradient[i] as number, slope, 1e-7);
  });

  it('predicts what SciPy predicts, one by one and all at once', () => {
    const posterior = new Posterior(observations, hyperparametersOf(logs), points(given.believed));
    const at = points(given.at);
    const scratch = new Float64Array(at[0]?.length ?? 0);
    for (const predictions of [
      posterior.atAll(at),
      at.map((point) => posterior.at(point)),
      at.map((point) => posterior.withGradient(point, scratch, scratch)),
    ]) {
      for (const [i, { mean, deviation }] of predictions.entries()) {
        expectClose(mean, given.means[i] as number, 1e-9);
        expectClose(deviation, given.deviations[i] as number, 1e-9);
      }
    }
  });
});
