import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../base/json.ts';
import { attributeFromJson, attributeToJson, storedCopy } from './attribute-json.ts';

const viaJson = (value: JsonValue) => attributeFromJson(attributeToJson('key', value));

const value = fc.object({
  values: [fc.double(), fc.string({ unit: 'binary' }), fc.boolean(), fc.constantFrom(null, -0)],
  key: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'toString', '7')),
  maxDepth: 10,
}) as fc.Arbitrary<JsonValue>;

function isFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isFrozen);
}

describe('the copy of an attribute', () => {
  it('is the value that comes back from its JSON, frozen throughout', () => {
    fc.assert(
      fc.property(value, (given) => {
        const copy = storedCopy('key', given);
        expect(copy).toStrictEqual(viaJson(given));
        expect(Object.keys(copy as object)).toEqual(Object.keys(viaJson(given) as object));
        expect(isFrozen(copy)).toBe(true);
      }),
    );
    class Point {
      readonly x = 1;
    }
    expect(storedCopy('key', { a: undefined, b: 1 })).toStrictEqual({ b: 1 });
    for (const odd of [new Point(), new Date(), new Map([[1, 2]]), new String('ab'), JSON.parse('{"__proto__": 1}')]) {
      expect(storedCopy('key', odd as JsonValue)).toStrictEqual(viaJson(odd as JsonValue));
    }
  });

  it('is refused where JSON cannot hold the value', () => {
    const cycle: JsonValue[] = [];
    cycle.push(cycle);
    const hole = new Array<JsonValue>(2);
    for (const odd of [undefined, () => 1, Symbol('x'), 1n, [undefined], hole, { a: () => 1 }, cycle] as JsonValue[]) {
      expect(() => storedCopy('key', odd)).toThrow(expect.objectContaining({ code: 'HPO_INVALID_ARGUMENT' }));
    }
  });
});
