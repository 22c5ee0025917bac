import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SortedRows } from './sorted-rows.ts';

const number = fc.oneof(fc.constantFrom(Number.NaN, 0, -0, 1, -1, Infinity, -Infinity), fc.double());
const change = fc.tuple(fc.nat(200), number);

it('keeps rows in the order of their numbers, whether few or many change between two looks', () => {
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 60 }), { maxLength: 8 }), (looks) => {
      const rows = new SortedRows();
      const numbers = new Map<number, number>();
      for (const changes of looks) {
        for (const [row, value] of changes) {
          rows.set(row, value);
          numbers.set(row, value);
        }
        const present = [...numbers].filter(([, value]) => !Number.isNaN(value));
        const expected = present.sort(([a, x], [b, y]) => (x === y ? a - b : x < y ? -1 : 1)).map(([row]) => row);
        expect([...rows.ascending]).toEqual(expected);
        expect(rows.count).toBe(expected.length);
      }
    }),
    { numRuns: 500 },
  );
});
