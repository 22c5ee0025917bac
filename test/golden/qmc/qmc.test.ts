import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Halton, mirrored } from '../../../src/math/halton.ts';
import { qmc } from '../../../src/sampler/qmc.ts';
import { categorical } from '../../../src/space/categorical-distribution.ts';
import type { Distribution, ParamValue } from '../../../src/space/distribution.ts';
import { float } from '../../../src/space/float-distribution.ts';
import { int } from '../../../src/space/int-distribution.ts';
import { historyOf } from '../../support/history.ts';
import { atOnce, startingTrial } from '../../support/search.ts';

type Rows = readonly (readonly number[])[];

const golden = JSON.parse(readFileSync(new URL('golden.json', import.meta.url), 'utf8')) as {
  readonly halton: Readonly<Record<string, Rows>>;
  readonly scrambled: readonly {
    readonly base: number;
    readonly permutations: Rows;
    readonly points: readonly number[];
  }[];
  readonly optuna: Readonly<Record<'sobol' | 'halton', readonly Readonly<Record<string, ParamValue>>[]>>;
};

it.each(Object.entries(golden.halton))('the Halton points in %s dimensions are SciPy’s', (d, expected) => {
  const halton = new Halton(Number(d));
  for (const [index, point] of expected.entries()) {
    for (const [at, x] of halton.point(index).entries()) expect(x).toBeCloseTo(point[at] as number, 14);
  }
});

it.each(golden.scrambled)('scrambled by the same permutations they are SciPy’s, too: base $base', (given) => {
  const permutations = given.permutations.map((digits) => Uint32Array.from(digits));
  for (const [index, x] of given.points.entries()) expect(mirrored(index, given.base, permutations)).toBeCloseTo(x, 14);
});

const space = new Map<string, Distribution>([
  ['rate', float(1e-4, 1, { log: true })],
  ['x', float(-3, 5)],
  ['half', float(0, 3, { step: 0.5 })],
  ['n', int(1, 9, { step: 2 })],
  ['units', int(8, 512, { log: true })],
  ['kind', categorical(['a', 'b', 'c'])],
]);

it.each(['sobol', 'halton'] as const)('unscrambled, the parameters of the %s sequence are Optuna’s', (type) => {
  const sampler = qmc({ type, scramble: false });
  for (const [number, expected] of golden.optuna[type].entries()) {
    const { params } = atOnce(sampler.start(historyOf([], { space }), startingTrial(number)));
    for (const [name, value] of Object.entries(expected)) {
      const own = params.get(name);
      if (typeof value === 'number') expect(own).toBeCloseTo(value, 12);
      else expect(own).toBe(value);
    }
  }
});
