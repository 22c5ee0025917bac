import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dot, FOUR, factorize, inverseByFactor, solveLower, solveLowerFour, solveUpper } from './cholesky.ts';

/** A positive definite matrix: B Bᵀ plus a little on the diagonal. */
const matrix = fc.integer({ min: 1, max: 12 }).chain((size) =>
  fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: size * size, maxLength: size * size }).map((b) => {
    const rows = Float64Array.from(b);
    const product = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) product[i * size + j] = dot(rows, i * size, rows, j * size, size);
      product[i * size + i] = (product[i * size + i] as number) + 0.5;
    }
    return { size, product };
  }),
);

const times = (a: Float64Array, size: number, b: Float64Array) =>
  Float64Array.from({ length: size }, (_, i) => dot(a, i * size, b, 0, size));

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-8): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    expect(Math.abs((actual[i] as number) - (expected[i] as number))).toBeLessThan(tolerance);
  }
}

it('solves with the matrix that was factored', () => {
  fc.assert(
    fc.property(matrix, ({ size, product }) => {
      const factor = product.slice();
      expect(factorize(factor, size)).toBe(true);
      const b = Float64Array.from({ length: size }, (_, i) => i - 2);
      const x = solveUpper(factor, size, solveLower(factor, size, b, new Float64Array(size)), new Float64Array(size));
      expectClose(times(product, size, x), b);
      const inverse = inverseByFactor(factor, size, new Float64Array(size * size), new Float64Array(size * size));
      expectClose(times(inverse, size, b), x);
    }),
  );
});

it('adds rows to a factor', () => {
  fc.assert(
    fc.property(matrix, fc.nat(11), ({ size, product }, place) => {
      const first = place % size;
      const [whole, added] = [product.slice(), product.slice()];
      factorize(whole, size);
      for (let i = 0; i < first; i++) added.set(whole.subarray(i * size, i * size + i + 1), i * size);
      expect(factorize(added, size, first)).toBe(true);
      for (let i = 0; i < size; i++) {
        expectClose(added.subarray(i * size, i * size + i + 1), whole.subarray(i * size, i * size + i + 1));
      }
    }),
  );
});

it('solves four at once as one by one, and with the first rows alone', () => {
  fc.assert(
    fc.property(matrix, ({ size, product }) => {
      factorize(product, size);
      const four = Float64Array.from({ length: FOUR * size }, (_, i) => Math.sin(i));
      const each = Array.from({ length: FOUR }, (_, c) => four.filter((_, i) => i % FOUR === c));
      solveLowerFour(product, size, four);
      for (const [c, b] of each.entries()) {
        expectClose(
          four.filter((_, i) => i % FOUR === c),
          solveLower(product, size, b, new Float64Array(size)),
        );
      }
      const rows = Math.ceil(size / 2);
      const small = new Float64Array(rows * rows);
      for (let i = 0; i < rows; i++) small.set(product.subarray(i * size, i * size + rows), i * rows);
      const b = (each[0] as Float64Array).subarray(0, rows);
      const solved = (solve: typeof solveLower) => solve(product, rows, b, new Float64Array(rows), size);
      expectClose(solved(solveLower), solveLower(small, rows, b, new Float64Array(rows)));
      expectClose(solved(solveUpper), solveUpper(small, rows, b, new Float64Array(rows)));
    }),
  );
});

it.each([
  ['indefinite', [1, 0, 2, 1]],
  ['singular', [1, 0, 1, 1]],
  ['not finite', [1, 0, Number.NaN, 1]],
])('says that a matrix is %s', (_, numbers) => {
  expect(factorize(Float64Array.from(numbers), 2)).toBe(false);
});
