import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { historyOf } from '../../test/support/history.ts';
import { atOnce, search, startingTrial } from '../../test/support/search.ts';
import { SOBOL_DIMENSIONS } from '../math/sobol.ts';
import { categorical } from '../space/categorical-distribution.ts';
import type { Distribution } from '../space/distribution.ts';
import { float } from '../space/float-distribution.ts';
import { int } from '../space/int-distribution.ts';
import { qmc } from './qmc.ts';

const space = new Map<string, Distribution>([
  ['x', float(0, 1)],
  ['n', int(1, 4)],
  ['kind', categorical(['a', 'b', 'c', 'd'])],
  ['one', int(3, 3)],
]);
const declared = historyOf([], { space });
const drawn = (options: Parameters<typeof qmc>[0], number: number, seed = 1) =>
  Object.fromEntries(atOnce(qmc(options).start(declared, startingTrial(number, seed))).params);

describe.each(['sobol', 'halton'] as const)('qmc() of %s', (type) => {
  it('takes each value and each choice as often as the others', () => {
    const draws = Array.from({ length: 256 }, (_, number) => drawn({ type }, number));
    for (const name of ['n', 'kind']) {
      const values = draws.map((draw) => draw[name]);
      const counts = [...new Set(values)].map((value) => values.filter((other) => other === value).length);
      expect(counts).toHaveLength(4);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(4);
    }
    expect(draws.every((draw) => !('one' in draw))).toBe(true);
  });

  it('depends on the seed where it is scrambled, and on the number of the trial', () => {
    const x = (scramble: boolean, number: number, seed: number) => drawn({ type, scramble }, number, seed).x;
    expect(x(true, 5, 1)).toBe(x(true, 5, 1));
    expect(new Set([x(true, 5, 1), x(true, 5, 2), x(true, 6, 1)]).size).toBe(3);
    expect(x(false, 5, 1)).toBe(x(false, 5, 2));
    expect(x(false, 0, 1)).toBe(0);
  });

  it('fills the space more evenly than random points', () => {
    const trials = search(qmc({ type }), { x: float(0, 1), y: float(0, 1) }, () => 0, 65, 1).slice(1);
    const boxes = new Set(
      trials.map(({ params: { x, y } }) => `${Math.floor(Number(x) * 8)} ${Math.floor(Number(y) * 8)}`),
    );
    expect(boxes.size).toBeGreaterThan(50); // 40 of random points
  });
});

it('a coordinate has each parameter that the first trial with a result asked for', () => {
  const asked = (number: number, name: string, state: 'COMPLETE' | 'FAIL' = 'COMPLETE') =>
    frozenTrial(number, { state, params: { [name]: 0.5 }, distributions: { [name]: float(0, 1) } });
  const history = historyOf([asked(2, 'second'), asked(0, 'none', 'FAIL'), asked(1, 'first')]);
  expect([...atOnce(qmc().start(history, startingTrial(3))).params.keys()]).toEqual(['first']);
  expect(atOnce(qmc().start(historyOf([]), startingTrial(0))).params.size).toBe(0);
});

it('coordinates beyond those of the Sobol sequence differ from trial to trial', () => {
  const many = new Map(Array.from({ length: SOBOL_DIMENSIONS + 1 }, (_, at) => [`x${at}`, float(0, 1)] as const));
  const last = (number: number) =>
    atOnce(qmc().start(historyOf([], { space: many }), startingTrial(number))).params.get(`x${SOBOL_DIMENSIONS}`);
  expect(new Set([0, 1, 2, 3].map(last)).size).toBe(4);
});

it.each([
  [{ type: 'niederreiter' }, "`type` is \"niederreiter\"; give 'sobol' or 'halton'."],
  [{ scramble: 1 }, '`scramble` is 1; give true or false.'],
  [{ seed: 1 }, 'there is no `seed`; there are type, scramble.'],
])('refuses %o', (options, message) => {
  expect(() => qmc(options as never)).toThrow(
    expect.objectContaining({ code: 'HPO_INVALID_STUDY', message: `qmc(): ${message}` }),
  );
});
