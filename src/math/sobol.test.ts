import { expect, it } from 'vitest';
import { Rng } from '../base/rng.ts';
import { SOBOL_DIMENSIONS, Sobol } from './sobol.ts';

function scrambled(seed: number, dimensions: number, count: number): Float64Array[] {
  const rng = new Rng(`sobol/${seed}`);
  const sobol = new Sobol(dimensions, () => rng.uniform());
  return Array.from({ length: count }, (_, index) => sobol.point(index));
}

it('each coordinate of a scrambled sequence has one point in each equal part of [0, 1)', () => {
  for (const count of [8, 64, 256]) {
    const points = scrambled(1, SOBOL_DIMENSIONS, count);
    for (let d = 0; d < SOBOL_DIMENSIONS; d++) {
      const parts = points.map((point) => Math.floor((point[d] as number) * count));
      expect([...parts].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, part) => part));
    }
  }
});

it('in two coordinates each box of a net has one point, as before the scrambling', () => {
  const points = scrambled(2, 2, 64);
  for (const bits of [0, 1, 2, 3, 4, 5, 6]) {
    const [columns, rows] = [2 ** bits, 2 ** (6 - bits)];
    const boxes = points.map(([x = 0, y = 0]) => `${Math.floor(x * columns)} ${Math.floor(y * rows)}`);
    expect(new Set(boxes).size).toBe(64);
  }
});

it('each point of a scrambled sequence is anywhere in the cube', () => {
  const points = Array.from({ length: 2000 }, (_, seed) => scrambled(seed, 2, 4)[3] as Float64Array);
  for (const d of [0, 1]) {
    const mean = points.reduce((sum, point) => sum + (point[d] as number), 0) / points.length;
    const square = points.reduce((sum, point) => sum + (point[d] as number) ** 2, 0) / points.length;
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(4 * Math.sqrt(1 / 12 / points.length));
    expect(Math.abs(square - 1 / 3)).toBeLessThan(4 * Math.sqrt(4 / 45 / points.length));
  }
  const correlation = points.reduce((sum, [x = 0, y = 0]) => sum + (x - 0.5) * (y - 0.5), 0) / points.length;
  expect(Math.abs(correlation)).toBeLessThan(4 / 12 / Math.sqrt(points.length));
});

it('coordinates beyond its own are independent draws, the same for the same random numbers', () => {
  const beyond = (index: number) => {
    const rng = new Rng('beyond');
    return new Sobol(SOBOL_DIMENSIONS + 2, () => rng.uniform()).point(index).slice(SOBOL_DIMENSIONS);
  };
  expect(beyond(3)).toEqual(beyond(3));
  const points = Array.from({ length: 4000 }, (_, index) => beyond(index) as unknown as [number, number]);
  for (const at of [0, 1] as const) {
    const counts = new Uint32Array(10);
    for (const point of points) counts[Math.floor(10 * point[at])] = (counts[Math.floor(10 * point[at])] ?? 0) + 1;
    for (const count of counts) expect(Math.abs(count - 400)).toBeLessThan(5 * Math.sqrt(360));
  }
  const covariance = (pairs: readonly (readonly [number, number])[]) =>
    pairs.reduce((sum, [x, y]) => sum + (x - 0.5) * (y - 0.5), 0) / pairs.length;
  expect(Math.abs(covariance(points))).toBeLessThan(4 / 12 / Math.sqrt(4000));
  const neighbours = points.slice(1).map(([x], i) => [x, points[i]?.[0] ?? 0] as const);
  expect(Math.abs(covariance(neighbours))).toBeLessThan(4 / 12 / Math.sqrt(4000));
  expect([...new Sobol(SOBOL_DIMENSIONS + 1).point(5)].at(-1)).toBe(0);
});
