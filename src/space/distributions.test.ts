import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HpoError } from '../base/errors.ts';
import { CategoricalDistribution, categorical } from './categorical-distribution.ts';
import { incompatibility } from './compatibility.ts';
import type { Distribution, ParamValue } from './distribution.ts';
import { distributionFromJson, distributionToJson } from './distribution-json.ts';
import { float } from './float-distribution.ts';
import { int } from './int-distribution.ts';
import type { NumericDistribution } from './numeric-distribution.ts';

const magnitude = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
const whole = fc.integer({ min: -1_000_000, max: 1_000_000 });
const natural = fc.integer({ min: 1, max: 1_000_000 });
const sorted = <T extends number>(bounds: readonly [T, T]) => [Math.min(...bounds), Math.max(...bounds)] as const;

const anyNumeric: fc.Arbitrary<NumericDistribution> = fc.oneof(
  fc.tuple(magnitude, magnitude).map((bounds) => float(...sorted(bounds))),
  fc.tuple(positive, positive).map((bounds) => float(...sorted(bounds), { log: true })),
  fc.tuple(fc.tuple(magnitude, magnitude), positive).map(([bounds, step]) => float(...sorted(bounds), { step })),
  fc.tuple(whole, whole).map((bounds) => int(...sorted(bounds))),
  fc.tuple(natural, natural).map((bounds) => int(...sorted(bounds), { log: true })),
  fc.tuple(fc.tuple(whole, whole), natural).map(([bounds, step]) => int(...sorted(bounds), { step })),
);

const choice: fc.Arbitrary<ParamValue> = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0), // -0 and 0 are one choice
  fc.boolean(),
  fc.constant(null),
);
const anyCategorical = fc
  .uniqueArray(choice, { minLength: 1, maxLength: 8, comparator: 'SameValueZero' })
  .map((choices) => categorical(choices));

describe('every distribution', () => {
  const anyDistribution: fc.Arbitrary<Distribution> = fc.oneof(anyNumeric, anyCategorical);

  it('comes back from its JSON', () => {
    fc.assert(
      fc.property(anyDistribution, (distribution) => {
        const back = distributionFromJson(distributionToJson(distribution));
        expect(back.equals(distribution)).toBe(true);
        expect(distribution.equals(back)).toBe(true);
        expect(back.toString()).toBe(distribution.toString());
        expect(incompatibility(distribution, back)).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });

  it('is frozen', () => {
    fc.assert(fc.property(anyDistribution, (distribution) => Object.isFrozen(distribution)));
  });
});

describe('numeric distributions', () => {
  it('give one of their values for each place of their range, which a database keeps', () => {
    fc.assert(
      fc.property(anyNumeric, fc.double({ min: -0.1, max: 1.1, noNaN: true }), (distribution, share) => {
        const { rangeLow, rangeHigh } = distribution;
        const value = distribution.fromRange(rangeLow + share * (rangeHigh - rangeLow));
        expect(distribution.contains(value)).toBe(true);
        expect(distribution.fromInternal(distribution.toInternal(value))).toBe(value);
        if (distribution.kind === 'int') expect(Number.isInteger(value)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('have every step in their range, the outermost included', () => {
    const third = float(0, 1, { step: 1 / 3 });
    const places = Array.from(
      { length: 1001 },
      (_, i) => third.rangeLow + (i / 1000) * (third.rangeHigh - third.rangeLow),
    );
    expect([...new Set(places.map((place) => third.fromRange(place)))]).toEqual([0, 1 / 3, 2 / 3, third.high]);
    expect([float(0, 1).rangeLow, float(0, 1).rangeHigh]).toEqual([0, 1]);
    expect([int(1, 8).rangeLow, int(1, 8).rangeHigh]).toEqual([0.5, 8.5]);
    expect([int(1, 8, { log: true }).rangeLow, int(1, 8, { log: true }).rangeHigh]).toEqual([
      Math.log(0.5),
      Math.log(8.5),
    ]);
  });

  it('round ties to even, as NumPy does', () => {
    expect([0.5, 1.5, 2.5, 3.5].map((place) => int(0, 8).fromRange(place))).toEqual([0, 2, 2, 4]);
  });

  it('keep a whole number whole', () => {
    expect(int(0, 10).contains(3.000000001)).toBe(false);
    expect(int(0, 10, { step: 5 }).contains(4)).toBe(false);
    expect(int(0, 4e9, { step: 2e9 }).contains(1)).toBe(false);
    expect(float(0, 1, { step: 0.1 }).contains(0.1 + 0.2)).toBe(true);
    expect([float(0, 1).contains('0'), float(0, 1).contains(Number.NaN), float(0, 1).contains(1.1)]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('may have a single value', () => {
    expect([float(1, 1).isSingle, int(2, 2).isSingle, int(0, 4, { step: 5 }).isSingle, int(0, 5).isSingle]).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it('differ by each field', () => {
    const all = [
      float(0, 1),
      float(0, 2),
      float(0.5, 1),
      float(0.5, 1, { log: true }),
      float(0, 1, { step: 0.5 }),
      int(0, 1),
      categorical([0, 1]),
    ];
    for (const [at, one] of all.entries()) {
      expect(all.map((other) => one.equals(other))).toEqual(all.map((_, other) => other === at));
    }
  });
});

describe('categorical distributions', () => {
  it('keep a choice by its index', () => {
    fc.assert(
      fc.property(anyCategorical, (distribution) => {
        for (const [index, value] of distribution.choices.entries()) {
          expect(distribution.toInternal(value)).toBe(index);
          expect(distribution.fromInternal(index)).toBe(value);
        }
      }),
    );
  });

  it('copy their choices', () => {
    const choices = ['a', 'b'];
    const distribution = new CategoricalDistribution(choices);
    choices.push('c');
    expect(distribution.choices).toEqual(['a', 'b']);
  });
});

describe('changes that a study may go on with', () => {
  it('other bounds and steps, but no other kind, logarithm or choices', () => {
    const changes: readonly (readonly [Distribution, Distribution])[] = [
      [float(0, 1), float(-5, 5, { step: 0.5 })],
      [float(1, 2), int(1, 2)],
      [float(1, 2, { log: true }), float(1, 2)],
      [int(1, 2), int(1, 2, { log: true })],
      [categorical([1, 2]), categorical([2, 1])],
      [categorical([1, 2]), int(1, 2)],
    ];
    expect(changes.map(([known, wanted]) => incompatibility(known, wanted))).toMatchInlineSnapshot(`
      [
        undefined,
        "it was float and is int now",
        "it was logarithmic and is linear now",
        "it was linear and is logarithmic now",
        "its choices were [1,2] and are [2,1] now",
        "it was categorical and is int now",
      ]
    `);
  });
});

describe('mistakes', () => {
  const messageOf = (make: () => unknown): string => {
    try {
      return `none: ${make()}`;
    } catch (error) {
      if (HpoError.is(error)) return `${error.code} ${error.message}`;
      throw error;
    }
  };

  it('in numeric declarations', () => {
    const wrong = (value: unknown) => value as never;
    expect(
      [
        () => float(0, Infinity),
        () => float(Number.NaN, 1),
        () => float(wrong('0'), 1),
        () => float(wrong(undefined), 1),
        () => float(2, 1),
        () => float(0, 1, { log: true }),
        () => float(0, 1, { step: 0 }),
        () => float(0, 1, { step: wrong('0.1') }),
        () => float(1, 2, { log: true, step: 0.1 }),
        () => float(1, 2, { log: wrong(1) }),
        () => float(1, 2, wrong({ Log: true })),
        () => int(0.5, 2),
        () => int(0, 2, { step: 0.5 }),
        () => int(0, 8, { log: true }),
        () => int(1, 8, { log: true, step: 2 }),
        () => int(0, 2 ** 60),
      ].map(messageOf),
    ).toMatchInlineSnapshot(`
      [
        "HPO_INVALID_SPACE float(0, Infinity): the bound \`high\` is Infinity; give a finite number.",
        "HPO_INVALID_SPACE float(NaN, 1): the bound \`low\` is NaN; give a finite number.",
        "HPO_INVALID_SPACE float("0", 1): the bound \`low\` is "0"; give a finite number.",
        "HPO_INVALID_SPACE float(undefined, 1): the bound \`low\` is missing; give a finite number.",
        "HPO_INVALID_SPACE float(2, 1): the lower bound is above the upper bound; swap them.",
        "HPO_INVALID_SPACE float(0, 1): with \`log\` the lower bound must be above 0.",
        "HPO_INVALID_SPACE float(0, 1): \`step\` is 0; give a number above 0.",
        "HPO_INVALID_SPACE float(0, 1): \`step\` is "0.1"; give a number above 0.",
        "HPO_INVALID_SPACE float(1, 2): \`log\` and \`step\` do not go together; leave one out.",
        "HPO_INVALID_SPACE float(1, 2): \`log\` is 1; give true or false.",
        "HPO_INVALID_SPACE float(1, 2): there is no \`Log\`; there are log, step.",
        "HPO_INVALID_SPACE int(0.5, 2): 0.5 is not a whole number; use float().",
        "HPO_INVALID_SPACE int(0, 2): 0.5 is not a whole number; use float().",
        "HPO_INVALID_SPACE int(0, 8): with \`log\` the lower bound must be at least 1.",
        "HPO_INVALID_SPACE int(1, 8): \`log\` and \`step\` do not go together; leave one out.",
        "HPO_INVALID_SPACE int(0, 1152921504606847000): 1152921504606847000 is beyond ±(2^53 - 1); use float().",
      ]
    `);
  });

  it('in categorical declarations', () => {
    const wrong = (value: unknown) => value as never;
    expect(
      [
        () => categorical([]),
        () => categorical(wrong('abc')),
        () => categorical(['a', 'b', 'a']),
        () => categorical([1, wrong({})]),
        () => categorical([1, wrong(undefined)]),
        () => categorical([Number.NaN]),
      ].map(messageOf),
    ).toMatchInlineSnapshot(`
      [
        "HPO_INVALID_SPACE categorical([]): give an array of at least one choice.",
        "HPO_INVALID_SPACE categorical("abc"): give an array of at least one choice.",
        "HPO_INVALID_SPACE categorical(["a","b","a"]): "a" stands there twice.",
        "HPO_INVALID_SPACE categorical([1,an object]): choice 1 is object; choices are strings, numbers, booleans or null.",
        "HPO_INVALID_SPACE categorical([1,undefined]): choice 1 is undefined; choices are strings, numbers, booleans or null.",
        "HPO_INVALID_SPACE categorical([NaN]): choice 0 is NaN.",
      ]
    `);
  });

  it('in values', () => {
    expect(
      [
        () => float(0, 1).toInternal(2),
        () => int(0, 10).toInternal(0.5),
        () => int(0, 10).toInternal('5'),
        () => categorical(['a']).toInternal('b'),
        () => categorical(['a']).fromInternal(1),
      ].map(messageOf),
    ).toMatchInlineSnapshot(`
      [
        "HPO_INVALID_ARGUMENT 2 is not a value of float(0, 1).",
        "HPO_INVALID_ARGUMENT 0.5 is not a value of int(0, 10).",
        "HPO_INVALID_ARGUMENT "5" is not a value of int(0, 10).",
        "HPO_INVALID_ARGUMENT "b" is not a choice of categorical(["a"]).",
        "HPO_INVALID_ARGUMENT categorical(["a"]) has no choice number 1.",
      ]
    `);
  });

  it('in stored JSON', () => {
    expect(
      [
        '{',
        'null',
        '{"name":"FloatDistribution"}',
        '{"name":"FloatDistribution","attributes":null}',
        '{"name":"UniformDistribution","attributes":{"low":0,"high":1}}',
      ].map((text) => messageOf(() => distributionFromJson(text))),
    ).toMatchInlineSnapshot(`
      [
        "HPO_STORAGE The database holds a distribution that hpo does not know: {",
        "HPO_STORAGE The database holds a distribution that hpo does not know: null",
        "HPO_STORAGE The database holds a distribution that hpo does not know: {"name":"FloatDistribution"}",
        "HPO_STORAGE The database holds a distribution that hpo does not know: {"name":"FloatDistribution","attributes":null}",
        "HPO_STORAGE The database holds a distribution that hpo does not know: {"name":"UniformDistribution","attributes":{"low":0,"high":1}}",
      ]
    `);
  });
});
