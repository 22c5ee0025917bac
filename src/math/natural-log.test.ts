import fc from 'fast-check';
import { expect, it } from 'vitest';
import { naturalLog } from './natural-log.ts';

it('is Math.log, or beside it where that is off in the last place', () => {
  expect([naturalLog(1), naturalLog(2), naturalLog(0.5)]).toEqual([0, Math.LN2, -Math.LN2]);
  expect(naturalLog(10)).toBe(Math.LN10);
  expect(naturalLog(3)).toBe(1.0986122886681098); // Math.log gives …096
  const positive = fc.double({ min: 2 ** -1022, max: Number.MAX_VALUE, noNaN: true });
  fc.assert(
    fc.property(positive, (x) => {
      expect(Math.abs(naturalLog(x) - Math.log(x))).toBeLessThanOrEqual(2 * Number.EPSILON * Math.abs(Math.log(x)));
    }),
  );
});
