import fc from 'fast-check';
import { expect, it } from 'vitest';
import { orthogonalFactor } from './householder.ts';

const matrices = fc.integer({ min: 1, max: 7 }).chain((size) => {
  const entry = fc.oneof(fc.constant(0), fc.integer({ min: -1000, max: 1000 }));
  return fc.array(fc.array(entry, { minLength: size, maxLength: size }), { minLength: size, maxLength: size });
});

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);

it('is orthogonal, and turns the matrix into an upper triangle', () => {
  fc.assert(
    fc.property(matrices, (given) => {
      const columns = given.map((column) => Float64Array.from(column));
      const q = orthogonalFactor(columns.map((column) => column.slice()));
      for (const [i, a] of q.entries()) {
        for (const [j, b] of q.entries()) expect(dot(a, b)).toBeCloseTo(i === j ? 1 : 0, 12);
        for (const [j, column] of columns.entries()) if (i > j) expect(dot(a, column)).toBeCloseTo(0, 10);
      }
    }),
  );
});
