import fc from 'fast-check';
import { expect, it } from 'vitest';
import { historyOf } from '../../test/support/history.ts';
import { startingTrial } from '../../test/support/search.ts';
import { categorical } from '../space/categorical-distribution.ts';
import type { Distribution } from '../space/distribution.ts';
import { float } from '../space/float-distribution.ts';
import { int } from '../space/int-distribution.ts';
import { random } from './random.ts';

const history = historyOf([]);
const draw = (distribution: Distribution, number: number) =>
  random().sample(history, startingTrial(number), 'x', distribution);

it('draws every value, step and choice, each as often as the others', () => {
  const drawn = (distribution: Distribution, of: (value: unknown) => unknown = (value) => value) => {
    const counts = new Map<unknown, number>();
    for (let number = 0; number < 4000; number++) {
      const value = draw(distribution, number);
      expect(distribution.contains(value)).toBe(true);
      counts.set(of(value), (counts.get(of(value)) ?? 0) + 1);
    }
    const share = 4000 / counts.size;
    expect([...counts.values()].every((count) => count > 0.85 * share && count < 1.15 * share)).toBe(true);
    return [...counts.keys()].sort();
  };
  expect(drawn(int(1, 4))).toEqual([1, 2, 3, 4]);
  expect(drawn(int(-4, 4, { step: 4 }))).toEqual([-4, 0, 4]);
  expect(drawn(categorical(['a', 'b']))).toEqual(['a', 'b']);
  expect(drawn(float(0, 1, { step: 0.5 }))).toEqual([0, 0.5, 1]);
  expect(drawn(float(0, 10), (value) => Math.floor(Number(value) / 5))).toEqual([0, 1]);
  expect(drawn(float(-1e308, 1e308), (value) => Math.floor(Number(value) / 5e307))).toEqual([-1, -2, 0, 1]);
  expect(drawn(float(1e-4, 1, { log: true }), (value) => Math.floor(Math.log10(Number(value)) / 2))).toEqual([-1, -2]);
});

it('depends on seed, trial and name, and on nothing else', () => {
  const [a, b] = [float(0, 1), float(0, 1)];
  const drawn = (seed: number, number: number, name: string) =>
    random().sample(history, startingTrial(number, seed), name, a);
  expect(drawn(1, 2, 'x')).toBe(random().sample(history, startingTrial(2), 'x', b));
  expect(new Set([drawn(1, 2, 'x'), drawn(2, 2, 'x'), drawn(1, 3, 'x'), drawn(1, 2, 'y')]).size).toBe(4);
});

it('stays within the bounds, however narrow', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), fc.nat(1000), (low, number) => {
      const distribution = float(low, low * (1 + 1e-15), { log: true });
      expect(distribution.contains(draw(distribution, number))).toBe(true);
    }),
  );
});
