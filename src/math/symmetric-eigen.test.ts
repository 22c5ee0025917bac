import fc from 'fast-check';
import { expect, it } from 'vitest';
import { symmetricEigen } from './symmetric-eigen.ts';

const entry = fc.oneof(
  fc.constant(0),
  fc.integer({ min: -3, max: 3 }),
  fc.double({ min: -10, max: 10, noNaN: true }),
  fc.double({ min: -1e-9, max: 1e-9, noNaN: true }),
);

const matrices = fc.integer({ min: 1, max: 9 }).chain((size) => {
  return fc.array(entry, { minLength: size * size, maxLength: size * size }).map((entries) => {
    const matrix = Float64Array.from(entries);
    for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) matrix[i * size + j] = matrix[j * size + i] as number;
    return { size, matrix };
  });
});

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);

it('has unit vectors that are orthogonal, each turned into a multiple of itself', () => {
  fc.assert(
    fc.property(matrices, ({ size, matrix }) => {
      const { values, vectors } = symmetricEigen(matrix, size);
      const scale = Math.max(1e-300, ...matrix.map(Math.abs));
      expect([...values].sort((a, b) => a - b)).toEqual([...values]);
      for (const [k, vector] of vectors.entries()) {
        for (const [l, other] of vectors.entries()) expect(dot(vector, other)).toBeCloseTo(k === l ? 1 : 0, 12);
        for (let i = 0; i < size; i++) {
          const turned = dot(matrix.subarray(i * size, (i + 1) * size), vector);
          const error = Math.abs(turned - (values[k] as number) * (vector[i] as number));
          expect(error).toBeLessThanOrEqual(1e-13 * size * scale);
        }
      }
    }),
    { numRuns: 500 },
  );
});

it('keeps the eigenvalues that a matrix of extreme ones is made of', () => {
  const size = 6;
  const expected = [1e-12, 1e-6, 1, 1, 1e6, 1e9];
  const vectors = symmetricEigen(
    Float64Array.from(
      { length: 36 },
      (_, k) => Math.sin(1 + Math.floor(k / 6) * (k % 6)) + Math.sin(1 + (k % 6) * Math.floor(k / 6)),
    ),
    size,
  ).vectors;
  const matrix = new Float64Array(36);
  for (const [k, vector] of vectors.entries()) {
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        matrix[i * size + j] =
          (matrix[i * size + j] as number) + (expected[k] as number) * (vector[i] as number) * (vector[j] as number);
      }
    }
  }
  const { values } = symmetricEigen(matrix, size);
  for (const [k, value] of values.entries())
    expect(Math.abs(value - (expected[k] as number))).toBeLessThan(1e-14 * 1e9 * size);
});
