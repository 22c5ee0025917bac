import { expect, it } from 'vitest';
import { Rng } from '../base/rng.ts';
import { Halton } from './halton.ts';

const PRIMES = [2, 3, 5, 7];

function scrambled(seed: number, count: number): Float64Array[] {
  const rng = new Rng(`halton/${seed}`);
  const halton = new Halton(PRIMES.length, () => rng.uniform());
  return Array.from({ length: count }, (_, index) => halton.point(index));
}

it.each([
  ['as it is', (count: number) => Array.from({ length: count }, (_, index) => new Halton(4).point(index))],
  ['scrambled', (count: number) => scrambled(1, count)],
])('each coordinate %s has one point in each equal part of [0, 1), after a power of its base', (_, points) => {
  for (const [d, base] of PRIMES.entries()) {
    for (const count of [base, base ** 2, base ** 3]) {
      // A mirrored number may lie a rounding error below the end of its part.
      const parts = points(count).map((point) => Math.floor((point[d] as number) * count + 1e-9));
      expect([...parts].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, part) => part));
    }
  }
});

it('each point of a scrambled sequence is anywhere in the cube', () => {
  const points = Array.from({ length: 2000 }, (_, seed) => scrambled(seed, 4)[3] as Float64Array);
  for (const d of PRIMES.keys()) {
    const mean = points.reduce((sum, point) => sum + (point[d] as number), 0) / points.length;
    const square = points.reduce((sum, point) => sum + (point[d] as number) ** 2, 0) / points.length;
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(4 * Math.sqrt(1 / 12 / points.length));
    expect(Math.abs(square - 1 / 3)).toBeLessThan(4 * Math.sqrt(4 / 45 / points.length));
  }
});
