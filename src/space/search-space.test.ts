import { describe, expect, expectTypeOf, it } from 'vitest';
import { HpoError } from '../base/errors.ts';
import { categorical } from './categorical-distribution.ts';
import type { ParamValue, ValueOf } from './distribution.ts';
import { float } from './float-distribution.ts';
import { int } from './int-distribution.ts';
import { flattenParams, nestParams, variantNames } from './nested-params.ts';
import { type Params, space } from './search-space.ts';
import { variant } from './variant.ts';

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

  it('are the general type for an unknown space and for unknown choices', () => {
    const names: string[] = ['a', 'b'];
    const loose = space({ kind2: categorical(names) });
    expectTypeOf<Params<typeof loose>>().toEqualTypeOf<{ readonly kind2: string }>();
  });

  it('refuse unknown names and values', () => {
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

describe('names that other frameworks use', () => {
  const hydra = space({
    kind: categorical(['cnn', 'mlp']),
    'optimizer.lr': float(0, 1),
    optimizer: variant({ adam: { 'beta.1': float(0, 1) }, sgd: {} }),
    'optimizer.adam': int(1, 2), // in no branch: those are below `optimizer.adam.`
    model: categorical(['cnn', 'mlp']),
    'model.cnn.depth': int(1, 8), // a choice is no variant
  });

  it('are keys of the parameters', () => {
    expectTypeOf<Params<typeof hydra>>().toEqualTypeOf<{
      readonly kind: 'cnn' | 'mlp';
      readonly 'optimizer.lr': number;
      readonly optimizer: { readonly kind: 'adam'; readonly 'beta.1': number } | { readonly kind: 'sgd' };
      readonly 'optimizer.adam': number;
      readonly model: 'cnn' | 'mlp';
      readonly 'model.cnn.depth': number;
    }>();
  });

  it('are taken, stored, and read back', () => {
    const stored: Record<string, ParamValue> = {};
    const params = hydra.assemble((name, distribution) => {
      stored[name] = distribution.first;
      return distribution.first;
    });
    expect(Object.keys(hydra.distributions)).toContain('optimizer.adam.beta.1');
    expect([...hydra.variants]).toEqual(['optimizer']);
    expect(params).toEqual({
      kind: 'cnn',
      'optimizer.lr': 0,
      optimizer: { kind: 'adam', 'beta.1': 0 },
      'optimizer.adam': 1,
      model: 'cnn',
      'model.cnn.depth': 1,
    });
    expect(nestParams(stored, hydra.variants)).toEqual(params);
    expect(flattenParams(params)).toEqual(stored);
    // Without the space a choice that has names below it looks like a variant, and comes back the same.
    const inferred = nestParams(stored, variantNames(Object.entries(hydra.distributions)));
    expect(inferred.model).toEqual({ kind: 'cnn', depth: 1 });
    expect(flattenParams(inferred)).toEqual(stored);
  });

  it('are refused where they would be the name of the choice itself', () => {
    expect(() => variant({ adam: { kind: float(0, 1) } })).toThrow(
      'variant(): the branch `adam` has a parameter `kind`, the name of the choice itself; give it another.',
    );
    expect(space({ o: variant({ kind: { x: float(0, 1) } }) }).assemble((_, { first }) => first)).toEqual({
      o: { kind: 'kind', x: 0 },
    });
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
      { ['x'.repeat(513)]: float(0, 1) },
      { 'o.adam.extra': float(0, 1), o: variant({ adam: { beta: float(0, 1) }, sgd: {} }) },
      { o: variant({ sgd: {} }), 'o.sgd.x.y': float(0, 1) },
      { o: variant({ a: { 'b.x': float(0, 1) }, 'a.b': { x: float(0, 1) } }) },
      { a: variant({ b: { o: variant({ c: { x: float(0, 1) } }) } }), 'a.b.o.c.x': float(0, 1) },
      { a: 3 as never },
      { a: null as never },
      { a: undefined as never },
      { a: float as never },
    ].map((definition) => {
      try {
        return `none: ${space(definition)}`;
      } catch (error) {
        return HpoError.is(error) ? `${error.code} ${error.message}` : error;
      }
    });
    expect(messages).toMatchInlineSnapshot(`
      [
        "HPO_INVALID_SPACE "" cannot name a parameter: names have 1 to 512 characters, and it has 0.",
        "HPO_INVALID_SPACE "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" cannot name a parameter: names have 1 to 512 characters, and it has 513.",
        "HPO_INVALID_SPACE The parameter \`o.adam.extra\` has the name of one in the branch \`o.adam\` of a variant; give one of them another.",
        "HPO_INVALID_SPACE The parameter \`o.sgd.x.y\` has the name of one in the branch \`o.sgd\` of a variant; give one of them another.",
        "HPO_INVALID_SPACE The parameter \`o.a.b.x\` has the name of one in the branch \`o.a.b\` of a variant; give one of them another.",
        "HPO_INVALID_SPACE The parameter \`a.b.o.c.x\` has the name of one in the branch \`a.b\` of a variant; give one of them another.",
        "HPO_INVALID_SPACE The parameter \`a\` is 3; declare it with float(), int(), categorical() or variant().",
        "HPO_INVALID_SPACE The parameter \`a\` is null; declare it with float(), int(), categorical() or variant().",
        "HPO_INVALID_SPACE The parameter \`a\` is undefined; declare it with float(), int(), categorical() or variant().",
        "HPO_INVALID_SPACE The parameter \`a\` is a function; declare it with float(), int(), categorical() or variant().",
      ]
    `);
  });
});
