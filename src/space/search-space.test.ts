import { describe, expect, expectTypeOf, it } from 'vitest';
import { HpoError } from '../base/errors.ts';
import { categorical } from './categorical-distribution.ts';
import type { ValueOf } from './distribution.ts';
import { float } from './float-distribution.ts';
import { int } from './int-distribution.ts';
import { type Params, space } from './search-space.ts';

const cnn = space({
  learningRate: float(1e-4, 1e-1, { log: true }),
  layers: int(1, 8),
  optimizer: categorical(['adam', 'sgd']),
  batchSize: categorical([32, 64, 128]),
  nesterov: categorical([true, false]),
  clip: categorical([null, 1, 'auto', true]),
});

describe('the types of parameters', () => {
  it('follow from the space', () => {
    expectTypeOf<Params<typeof cnn>>().toEqualTypeOf<{
      readonly learningRate: number;
      readonly layers: number;
      readonly optimizer: 'adam' | 'sgd';
      readonly batchSize: 32 | 64 | 128;
      readonly nesterov: boolean;
      readonly clip: null | 1 | 'auto' | true;
    }>();
    expectTypeOf<keyof Params<typeof cnn>>().toEqualTypeOf<
      'learningRate' | 'layers' | 'optimizer' | 'batchSize' | 'nesterov' | 'clip'
    >();
  });

  it('of one distribution', () => {
    const [rate, kind] = [float(0, 1), categorical(['a', 2, null, false])];
    expectTypeOf<ValueOf<typeof rate>>().toEqualTypeOf<number>();
    expectTypeOf<ValueOf<typeof kind>>().toEqualTypeOf<'a' | 2 | null | false>();
    expectTypeOf(kind.fromInternal(0)).toEqualTypeOf<'a' | 2 | null | false>();
    expectTypeOf<ValueOf<string>>().toBeNever();
  });

  it('are the general one for a space that is not known, and for choices that are not', () => {
    const names: string[] = ['a', 'b'];
    const loose = space({ kind2: categorical(names) });
    expectTypeOf<Params<typeof loose>>().toEqualTypeOf<{ readonly kind2: string }>();
  });

  it('refuse what is not there', () => {
    const check = (params: Params<typeof cnn>) => {
      // @ts-expect-error: no such parameter
      params.momentum;
      // @ts-expect-error: read-only
      params.layers = 3;
      // @ts-expect-error: not a choice
      const wrong: boolean = params.batchSize === 33;
      // @ts-expect-error: a choice of objects
      categorical([{ units: 3 }]);
      // @ts-expect-error: not a distribution
      space({ a: 1 });
      return wrong;
    };
    expectTypeOf(check).returns.toEqualTypeOf<boolean>();
  });
});

describe('a search space', () => {
  it('asks in the order of declaration and freezes the answers', () => {
    const asked: string[] = [];
    const params = cnn.assemble((name, distribution) => {
      asked.push(name);
      return distribution.fromInternal(1);
    });
    expect(asked).toEqual(Object.keys(cnn.distributions));
    expect(params).toEqual({
      learningRate: 1,
      layers: 1,
      optimizer: 'sgd',
      batchSize: 64,
      nesterov: false,
      clip: 1,
    });
    expect(Object.isFrozen(params)).toBe(true);
  });

  it('may be empty, and does not follow later changes of its declaration', () => {
    expect(space({}).assemble(() => 0)).toEqual({});
    const declared: Record<string, ReturnType<typeof float>> = { a: float(0, 1) };
    const made = space(declared);
    declared.b = float(0, 1);
    expect(Object.keys(made.distributions)).toEqual(['a']);
  });

  it('refuses names and values with a line that says what to do', () => {
    const messages = [
      { '': float(0, 1) },
      { 'a.b': float(0, 1) },
      { kind: float(0, 1) },
      { ['x'.repeat(513)]: float(0, 1) },
      { a: 3 as never },
      { a: null as never },
      { a: undefined as never },
      { a: float as never },
    ].map((definition) => {
      try {
        return `none: ${space(definition)}`;
      } catch (error) {
        return HpoError.is(error) ? `${error.code} ${error.message.replace(/x{513}/, 'xxx…')}` : error;
      }
    });
    expect(messages).toMatchInlineSnapshot(`
      [
        "HPO_INVALID_SPACE "" cannot name a parameter: names have 1 to 512 characters, no \`.\`, and are not \`kind\`.",
        "HPO_INVALID_SPACE "a.b" cannot name a parameter: names have 1 to 512 characters, no \`.\`, and are not \`kind\`.",
        "HPO_INVALID_SPACE "kind" cannot name a parameter: names have 1 to 512 characters, no \`.\`, and are not \`kind\`.",
        "HPO_INVALID_SPACE "xxx…" cannot name a parameter: names have 1 to 512 characters, no \`.\`, and are not \`kind\`.",
        "HPO_INVALID_SPACE The parameter \`a\` is 3; declare it with float(), int(), categorical() or variant().",
        "HPO_INVALID_SPACE The parameter \`a\` is null; declare it with float(), int(), categorical() or variant().",
        "HPO_INVALID_SPACE The parameter \`a\` is undefined; declare it with float(), int(), categorical() or variant().",
        "HPO_INVALID_SPACE The parameter \`a\` is a function; declare it with float(), int(), categorical() or variant().",
      ]
    `);
  });
});
