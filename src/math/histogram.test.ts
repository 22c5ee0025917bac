import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BUCKETS, histogramOf } from './histogram.ts';

test('counts each finite number once, between the least and the greatest', () => {
  fc.assert(
    fc.property(fc.array(fc.float()), (numbers) => {
      const finite = numbers.filter(Number.isFinite);
      const found = histogramOf(numbers);
      if (finite.length === 0) {
        expect(found).toBeUndefined();
        return;
      }
      expect(found?.counts).toHaveLength(BUCKETS);
      expect(found?.counts.reduce((sum, count) => sum + count)).toBe(finite.length);
      expect([found?.low, found?.high, found?.count]).toEqual([
        Math.min(...finite),
        Math.max(...finite),
        finite.length,
      ]);
    }),
  );
});

test('puts numbers into their buckets, equal ones into the first', () => {
  const numbers = Array.from({ length: 60 }, (_, at) => at + 0.5);
  expect(histogramOf([0, 60, ...numbers])?.counts).toEqual([3, ...Array(28).fill(2), 3]);
  expect(histogramOf([4, 4, Number.NaN])).toMatchObject({ low: 4, high: 4, count: 2, sum: 8, squares: 32 });
  expect(histogramOf([4, 4])?.counts[0]).toBe(2);
});
