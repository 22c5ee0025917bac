import { describe, expect, it } from 'vitest';
import { FloatDistribution } from '../../space/float-distribution.ts';
import { IntDistribution } from '../../space/int-distribution.ts';
import { NumericGrid } from './numeric-grid.ts';

describe('the cells of a grid', () => {
  it.each([
    [new FloatDistribution(0, 1), 50],
    [new FloatDistribution(1e-5, 1, { log: true }), 50],
    [new FloatDistribution(0, 1, { step: 0.25 }), 5],
    [new FloatDistribution(0, 1, { step: 0.001 }), 50],
    [new IntDistribution(3, 7), 5],
    [new IntDistribution(0, 100, { step: 20 }), 6],
    [new IntDistribution(0, 1000), 50],
    [new IntDistribution(1, 1024, { log: true }), 11], // one for each doubling
    [new IntDistribution(1, 1000, { log: true }), 11],
  ])('of %s are %i, from the lower bound to the upper', (distribution, size) => {
    const grid = new NumericGrid(distribution);
    expect(grid.size).toBe(size);
    expect(grid.cellOf(distribution.low)).toBe(0);
    expect(grid.cellOf(distribution.high)).toBe(size - 1);
  });

  it('are those of the values where each has its own', () => {
    const grid = new NumericGrid(new IntDistribution(0, 100, { step: 20 }));
    expect([0, 20, 40, 60, 80, 100].map((value) => grid.cellOf(value))).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('have their values around their middles; half way belongs to the lower one', () => {
    const grid = new NumericGrid(new FloatDistribution(0, 49));
    expect([0.4, 0.5, 0.6, 1.4, 1.5, 1.6, 48.5, 48.6].map((value) => grid.cellOf(value))).toEqual([
      ...[0, 0, 1, 1, 1, 2, 48, 49],
    ]);
    const doublings = new NumericGrid(new IntDistribution(1, 1024, { log: true }));
    expect([2, 4, 512].map((value) => doublings.cellOf(value))).toEqual([1, 2, 9]);
  });
});

describe('the masses of values', () => {
  const grid = new NumericGrid(new IntDistribution(0, 9));
  const massesOf = (...values: readonly number[]) => {
    const counts = new Uint32Array(10);
    for (const value of values) counts[value] = (counts[value] as number) + 1;
    return grid.masses(counts);
  };

  it('add up to 1, also where kernels are cut off at an end', () => {
    for (const masses of [massesOf(5), massesOf(0, 0, 0), massesOf(0, 9), massesOf(1, 2, 2, 8, 9)]) {
      expect(masses.reduce((sum, mass) => sum + mass, 0)).toBeCloseTo(1, 12);
    }
  });

  it('are the greatest where the values are, and the same from both ends', () => {
    const masses = massesOf(2, 2, 2, 7);
    expect(masses.indexOf(Math.max(...masses))).toBe(2);
    const mirrored = massesOf(7, 7, 7, 2).toReversed();
    for (const [cell, mass] of masses.entries()) expect(mirrored[cell]).toBeCloseTo(mass, 12);
  });
});
