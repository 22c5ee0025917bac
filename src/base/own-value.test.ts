import fc from 'fast-check';
import { expect, it } from 'vitest';
import { recordOf } from './own-value.ts';

it('a record is the object that Object.fromEntries makes', () => {
  const name = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'toString', '7', '1'));
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.integer())), (entries) => {
      const [record, expected] = [recordOf(entries), Object.fromEntries(entries)];
      expect(Object.entries(record)).toEqual(Object.entries(expected));
      expect(Object.getOwnPropertyDescriptors(record)).toEqual(Object.getOwnPropertyDescriptors(expected));
      expect(Object.getPrototypeOf(record)).toBe(Object.prototype);
    }),
  );
});
