import { describe, expect, it } from 'vitest';
import { HpoError } from './errors.ts';
import {
  checkFields,
  checkOption,
  type Fields,
  flag,
  fraction,
  isWholeNumber,
  numberFrom,
  type OptionKind,
  oneOf,
  positiveNumber,
  refusal,
  shown,
  text,
  wholeNumberFrom,
  withDefaults,
} from './option-checks.ts';

const hostile = {
  toString() {
    throw new Error('called');
  },
  toJSON() {
    throw new Error('called');
  },
};

const values: readonly unknown[] = [
  0,
  -0,
  1,
  -1,
  0.5,
  2 ** 53 - 1,
  2 ** 53,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '3',
  '',
  3n,
  true,
  null,
  undefined,
  [1],
  hostile,
  Symbol('s'),
];

const acceptedBy = (kind: OptionKind) => values.filter((value) => kind.accepts(value));

describe('kinds of options', () => {
  it('accept these values and no others', () => {
    expect(acceptedBy(wholeNumberFrom(0))).toEqual([0, -0, 1, 2 ** 53 - 1]);
    expect(acceptedBy(wholeNumberFrom(1, 10))).toEqual([1]);
    expect(acceptedBy(numberFrom(0, 1))).toEqual([0, -0, 1, 0.5]);
    expect(acceptedBy(positiveNumber)).toEqual([1, 0.5, 2 ** 53 - 1, 2 ** 53]);
    expect(acceptedBy(fraction)).toEqual([1, 0.5]);
    expect(acceptedBy(flag)).toEqual([true]);
    expect(acceptedBy(text)).toEqual(['3', '']);
    expect(acceptedBy(oneOf('3', '4'))).toEqual(['3']);
  });

  it('say what they are', () => {
    const kinds = [wholeNumberFrom(0), wholeNumberFrom(1, 10), numberFrom(0, 1), oneOf('load', 'fail')];
    expect(kinds.map(({ wanted }) => wanted)).toEqual([
      'a whole number from 0 on',
      'a whole number from 1 to 10',
      'a number from 0 to 1',
      "'load' or 'fail'",
    ]);
  });
});

it('a whole number is one at both of its bounds', () => {
  expect([0, 1, 2, 3, 4].filter((value) => isWholeNumber(value, 1, 3))).toEqual([1, 2, 3]);
});

it('any value can be shown, and none of its code runs', () => {
  expect([...values, () => 1, 'a "b"'].map(shown)).toEqual([
    '0',
    '0',
    '1',
    '-1',
    '0.5',
    '9007199254740991',
    '9007199254740992',
    'NaN',
    'Infinity',
    '"3"',
    '""',
    '3n',
    'true',
    'null',
    'undefined',
    'an array',
    'an object',
    'Symbol(s)',
    'a function',
    '"a \\"b\\""',
  ]);
});

describe('options', () => {
  interface Options {
    readonly trials?: number;
    readonly onTrial?: () => void;
  }
  const fields: Fields<Options> = { trials: wholeNumberFrom(1), onTrial: true };
  const refuse = refusal('HPO_INVALID_ARGUMENT', 'search()');
  const refused = (act: () => void): HpoError => {
    try {
      act();
    } catch (error) {
      if (HpoError.is(error)) return error;
    }
    throw new Error('it was not refused');
  };

  it('pass when they are of their kinds, left out or undefined', () => {
    for (const options of [{}, { trials: 1 }, { trials: undefined }, { onTrial: hostile }]) {
      expect(() => checkFields(options, fields, refuse)).not.toThrow();
    }
  });

  it('are refused with the value and the remedy', () => {
    const error = refused(() => checkFields({ trials: '3' }, fields, refuse));
    expect(error.message).toBe('search(): `trials` is "3"; give a whole number from 1 on.');
    expect(error.code).toBe('HPO_INVALID_ARGUMENT');
    expect(error.data).toEqual({ trials: '3' });
  });

  it('are refused under unknown names, any name', () => {
    for (const name of ['trails', 'constructor', '__proto__']) {
      const options = Object.fromEntries([[name, undefined]]);
      const { message } = refused(() => checkFields(options, fields, refuse));
      expect(message).toBe(`search(): there is no \`${name}\`; there are trials, onTrial.`);
    }
  });

  it('that are required are refused where they are missing', () => {
    const { message } = refused(() => checkOption('trials', undefined, wholeNumberFrom(1), refuse));
    expect(message).toBe('search(): `trials` is missing; give a whole number from 1 on.');
  });

  it('take their defaults where they are left out or undefined, and null is a value', () => {
    const defaults = { trials: 10, seed: 1 as number | null, name: 'a' };
    expect(withDefaults(defaults, { trials: undefined as never, seed: null })).toEqual({
      trials: 10,
      seed: null,
      name: 'a',
    });
  });
});
