import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { refusal } from '../../../../test/support/refusal.ts';
import { Rng } from '../../../base/rng.ts';
import type { Features } from '../features.ts';
import { affinities } from './affinities.ts';
import { nearestNeighbours } from './nearest-neighbours.ts';
import { principalComponents } from './principal-components.ts';
import { QuadTree } from './quad-tree.ts';
import { tsne } from './t-sne.ts';

const breathe = () => undefined;

/** Rows around as many centres as there are classes, one class after the other. */
function clusters(count: number, width: number, classes = 3): Features {
  const rng = new Rng(`${count}/${width}`);
  const centres = Array.from({ length: classes * width }, () => 8 * rng.normal());
  const values = Float32Array.from({ length: count * width }, (_, at) => {
    const row = Math.floor(at / width);
    return (centres[(row % classes) * width + (at % width)] as number) + rng.normal();
  });
  return { values, shape: [count, width] };
}

describe('nearest neighbours', () => {
  test('are those by all distances, of equal ones the first', async () => {
    const points = fc.integer({ min: 1, max: 12 }).chain((width) =>
      fc.record({
        width: fc.constant(width),
        rows: fc.array(fc.array(fc.integer({ min: -2, max: 2 }), { minLength: width, maxLength: width }), {
          minLength: 2,
          maxLength: 300,
        }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(points, fc.nat(), async ({ width, rows }, some) => {
        const count = rows.length;
        const each = 1 + (some % Math.min(7, count - 1));
        const values = Float64Array.from(rows.flat());
        const found = await nearestNeighbours({ values, count, width }, each, breathe);
        for (const [at, row] of rows.entries()) {
          const squares = rows.map((other) =>
            other.reduce((sum, value, d) => sum + (value - (row[d] as number)) ** 2, 0),
          );
          const others = rows.map((_, other) => other).filter((other) => other !== at);
          others.sort((a, b) => (squares[a] as number) - (squares[b] as number) || a - b);
          const wanted = others.slice(0, each);
          expect([...found.indices.subarray(at * each, (at + 1) * each)]).toEqual(wanted);
          expect([...found.squares.subarray(at * each, (at + 1) * each)]).toEqual(
            wanted.map((other) => squares[other]),
          );
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('principal components', () => {
  test('keep all distances, and have mean 0, no covariance and falling variances', async () => {
    const { count, width, values } = await principalComponents(clusters(90, 12), 50, 0, breathe);
    expect([count, width]).toEqual([90, 12]);
    const moment = (i: number, j: number) => {
      let sum = 0;
      for (let row = 0; row < count; row++)
        sum += (values[row * width + i] as number) * (values[row * width + j] as number);
      return sum / count;
    };
    const variances = Array.from({ length: width }, (_, i) => moment(i, i));
    expect(variances).toEqual(variances.toSorted((a, b) => b - a));
    for (let i = 1; i < width; i++) expect(Math.abs(moment(i, i - 1)) / (variances[0] as number)).toBeLessThan(1e-9);
    const given = clusters(90, 12).values;
    const square = (rows: ArrayLike<number>, a: number, b: number) =>
      Array.from(
        { length: width },
        (_, d) => ((rows[a * width + d] as number) - (rows[b * width + d] as number)) ** 2,
      ).reduce((sum, value) => sum + value);
    for (const [a, b] of [
      [0, 1],
      [5, 80],
    ] as const) {
      expect(square(values, a, b)).toBeCloseTo(square(given, a, b), 8);
    }
  });

  test('of wide rows have nearly all variance where few directions have it, the same for the same seed', async () => {
    const wide = clusters(120, 300, 5);
    const some = await principalComponents(wide, 4, 7, breathe);
    const variance = some.values.reduce((sum, value) => sum + value ** 2, 0);
    const mean = (d: number) => Array.from({ length: 120 }, (_, row) => wide.values[row * 300 + d] as number);
    const means = Array.from({ length: 300 }, (_, d) => mean(d).reduce((sum, value) => sum + value) / 120);
    const all = wide.values.reduce((sum, value, at) => sum + (value - (means[at % 300] as number)) ** 2, 0);
    // Five centres differ along four directions, by a deviation of 8 beside the noise of 1.
    expect([some.width, variance / all > 0.97, variance < all]).toEqual([4, true, true]);
    expect((await principalComponents(wide, 4, 7, breathe)).values).toEqual(some.values);
  });
});

describe('the forces of a quadtree', () => {
  const places = (count: number, seed: string): Float64Array => {
    const rng = new Rng(seed);
    return Float64Array.from({ length: 2 * count }, () => 20 * rng.normal());
  };

  function exact(at: Float64Array): { readonly forces: Float64Array; readonly sum: number } {
    const forces = new Float64Array(at.length);
    let sum = 0;
    for (let a = 0; a < at.length; a += 2) {
      for (let b = 0; b < at.length; b += 2) {
        if (a === b) continue;
        const dx = (at[a] as number) - (at[b] as number);
        const dy = (at[a + 1] as number) - (at[b + 1] as number);
        const q = 1 / (1 + dx * dx + dy * dy);
        sum += q;
        forces[a] = (forces[a] as number) + q * q * dx;
        forces[a + 1] = (forces[a + 1] as number) + q * q * dy;
      }
    }
    return { forces, sum };
  }

  /** The error of the forces, relative to their size. */
  function errorOf(at: Float64Array, angle: number): { readonly ofForces: number; readonly ofSum: number } {
    const forces = new Float64Array(at.length);
    const tree = new QuadTree(at.length / 2, angle);
    tree.repel(places(at.length / 2, 'other places'), forces); // the second time is as the first
    const sum = tree.repel(at, forces);
    const wanted = exact(at);
    const norm = (values: Float64Array) => Math.hypot(...values);
    const ofForces = norm(forces.map((force, index) => force - (wanted.forces[index] as number))) / norm(wanted.forces);
    return { ofForces, ofSum: Math.abs(sum / wanted.sum - 1) };
  }

  test('are the exact ones at angle 0, and near them at 0.5', () => {
    const at = places(700, 'a');
    expect(errorOf(at, 0).ofForces).toBeLessThan(1e-12);
    expect(errorOf(at, 0).ofSum).toBeLessThan(1e-12);
    expect(errorOf(at, 0.5).ofForces).toBeLessThan(0.02);
    expect(errorOf(at, 0.5).ofSum).toBeLessThan(0.01);
    expect(errorOf(at, 0.5).ofForces).toBeGreaterThan(1e-9); // it is an approximation
  });

  test('are right where many points share a place, a line, or are all at one', () => {
    const shared = places(400, 'b').map((value, at) => (at % 10 < 6 ? Math.round(value / 20) : value));
    expect(errorOf(shared, 0.5).ofForces).toBeLessThan(0.02);
    const line = places(300, 'c').map((value, at) => (at % 2 === 0 ? value : 3));
    expect(errorOf(line, 0.5).ofForces).toBeLessThan(0.02);
    const forces = new Float64Array(60).fill(1);
    expect(new QuadTree(30, 0.5).repel(new Float64Array(60).fill(-2), forces)).toBeCloseTo(30 * 29, 9);
    expect(forces).toEqual(new Float64Array(60));
  });
});

test('the affinities are symmetric, sum up to 1, and have the wanted perplexity', async () => {
  const points = await principalComponents(clusters(200, 5), 50, 0, breathe);
  const neighbours = await nearestNeighbours(points, 46, breathe);
  const { starts, columns, values } = await affinities(neighbours, 15, breathe);
  expect(values.reduce((sum, value) => sum + value)).toBeCloseTo(1, 12);
  const entries = new Map<string, number>();
  for (let row = 0; row < 200; row++) {
    for (let at = starts[row] as number; at < (starts[row + 1] as number); at++) {
      entries.set(`${row} ${columns[at]}`, values[at] as number);
    }
  }
  expect(entries.size).toBe(values.length);
  for (const [pair, value] of entries) expect(entries.get(pair.split(' ').reverse().join(' '))).toBe(value);
});

describe('tsne()', () => {
  test('keeps clusters together, the same for the same rows and seed', async () => {
    const rows = clusters(120, 10);
    const shares: number[] = [];
    const { places, kept } = await tsne(rows, { iterations: 300, progress: (share) => shares.push(share) });
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
    const { indices } = await nearestNeighbours({ values: places, count: 120, width: 2 }, 10, breathe);
    expect(indices.every((other, at) => other % 3 === Math.floor(at / 10) % 3)).toBe(true);
    expect(kept).toBeGreaterThan(0.5);
    const again = await tsne(rows, { iterations: 300 });
    expect(again.places).toEqual(places);
  });

  test('takes few rows, equal ones, and rows of one number', async () => {
    const rowsOf = (...values: number[]): Features => ({
      values: Float32Array.from(values),
      shape: [values.length, 1],
    });
    expect((await tsne(rowsOf())).places).toEqual(new Float64Array(0));
    expect((await tsne(rowsOf(4))).places).toEqual(new Float64Array(2));
    for (const rows of [rowsOf(1, 2), rowsOf(1, 2, 4), rowsOf(5, 5, 5, 5, 5, 5), rowsOf(...Array(40).keys())]) {
      const { places, divergence, kept } = await tsne(rows, { iterations: 260 });
      expect(places.every(Number.isFinite)).toBe(true);
      expect(new Set(places).size).toBe(places.length);
      expect(Number.isFinite(divergence)).toBe(true);
      expect(kept).toBeGreaterThan(0);
    }
  });

  test('gives the event loop its turn, and ends by a signal with its reason', async () => {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(new Error('enough')), 5);
    await expect(tsne(clusters(2000, 20), { iterations: 1e6, signal: stop.signal })).rejects.toThrow('enough');
    clearTimeout(timer);
  });

  test('refuses numbers that are not finite, and wrong options', async () => {
    const odd = clusters(10, 4);
    odd.values[9] = Number.NaN;
    const refusals = await Promise.all(
      [
        tsne(odd),
        tsne(clusters(10, 4), { perplexity: 10 }),
        tsne(clusters(10, 4), { perplexity: 0.5 }),
        tsne(clusters(10, 4), { iterations: 0 }),
      ].map(refusal),
    );
    expect(refusals.join('\n')).toMatchInlineSnapshot(`
      "HPO_INVALID_ARGUMENT tsne(): row 2 holds NaN; give finite numbers.
      HPO_INVALID_ARGUMENT tsne(): \`perplexity\` is 10; give a number from 1 to below 10, the number of rows.
      HPO_INVALID_ARGUMENT tsne(): \`perplexity\` is 0.5; give a number from 1 to below 10, the number of rows.
      HPO_INVALID_ARGUMENT tsne(): \`iterations\` is 0; give a whole number from 1 on."
    `);
  });
});
