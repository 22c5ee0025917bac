import { describe, expect, test } from 'vitest';
import { LeakWatch } from './leak-watch.ts';

/**
 * The trial, counted from 0, after which a leak is certain, where trials leave these numbers of tensors, each of 10
 * bytes.
 */
function foundAt(...tensors: number[]): number {
  const watch = new LeakWatch();
  return tensors.findIndex((count) => watch.add({ tensors: count, bytes: 10 * count }) !== undefined);
}

describe('a leak', () => {
  test('is certain when five trials have left tensors', () => {
    expect(foundAt(3, 6, 9, 12, 15, 18, 21)).toBe(5);
    expect(foundAt(3, 6, 6, 9, 9, 9, 12, 15, 18)).toBe(8); // the pruned ones alone
  });

  test('counts the tensors left after the first trial', () => {
    const watch = new LeakWatch();
    const found = [100, 102, 104, 106, 108, 110, 112].map((tensors) => watch.add({ tensors, bytes: 8 * tensors }));
    expect(found.at(-1)).toEqual({ trials: 6, left: { tensors: 12, bytes: 96 } });
  });

  test('is not seen in data that stay loaded, for each of a few choices too, or are freed at times', () => {
    expect(foundAt(500, 500, 500, 500, 500, 500, 500, 500)).toBe(-1);
    expect(foundAt(100, 200, 300, 300, 400, 400, 500, 500, 500, 500)).toBe(-1);
    expect(foundAt(1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5)).toBe(-1);
  });

  test('explains full memory where it holds much of it', () => {
    const watch = new LeakWatch();
    expect(watch.whenFull).toBeUndefined();
    watch.add({ tensors: 8, bytes: 800 });
    expect(watch.whenFull).toBeUndefined();
    watch.add({ tensors: 9, bytes: 810 });
    expect(watch.whenFull).toBeUndefined();
    watch.add({ tensors: 16, bytes: 1600 });
    expect(watch.whenFull).toEqual({ trials: 2, left: { tensors: 8, bytes: 800 } });
  });
});
