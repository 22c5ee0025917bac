import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ascendingOrder } from './ascending-order.ts';

it('is that of comparing, of equal numbers the first one first', () => {
  const special = fc.constantFrom(Number.NaN, 0, -0, 1, -1, Infinity, -Infinity, Number.MIN_VALUE, -Number.MIN_VALUE);
  fc.assert(
    fc.property(fc.array(fc.oneof(special, fc.double(), fc.integer({ min: -3000, max: 3000 }))), (numbers) => {
      const present = [...numbers.entries()].filter(([, number]) => !Number.isNaN(number));
      const expected = present.sort(([a, x], [b, y]) => (x === y ? a - b : x < y ? -1 : 1)).map(([at]) => at);
      expect([...ascendingOrder(Float64Array.from(numbers))]).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});
