import { join } from 'node:path';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  categorical,
  createStudy,
  defineStudy,
  float,
  int,
  type PartialParams,
  type StudyOptions,
  space,
  variant,
} from '../../src/index.ts';
import { openStorage } from '../../src/storage/index.ts';
import { openDefinedStudy } from '../../src/study/open-defined-study.ts';
import { memoryFolder } from '../support/temp-folder.ts';

const nested = space({
  x: float(0, 10),
  c: categorical(['a', 1]),
  o: variant({ adam: { b: float(0, 1), n: int(1, 3) }, sgd: {} }),
});
const objective = () => 1;

describe('the start points of a study', () => {
  it('are typed by the space, all parts of it optional', () => {
    expectTypeOf<PartialParams<typeof nested>>().toEqualTypeOf<{
      readonly x?: number;
      readonly c?: 'a' | 1;
      readonly o?:
        | ({ readonly kind: 'adam' } & { readonly b?: number; readonly n?: number })
        | ({ readonly kind: 'sgd' } & { readonly [K in never]?: never });
    }>();
    defineStudy({ name: 's', space: nested, objective, enqueue: [{ o: { kind: 'adam', n: 2 } }, {}, { x: 3, c: 1 }] });
    const bad = () => {
      // @ts-expect-error: not a choice
      defineStudy({ name: 's', space: nested, objective, enqueue: [{ c: 2 }] });
      // @ts-expect-error: no such parameter
      defineStudy({ name: 's', space: nested, objective, enqueue: [{ y: 2 }] });
    };
    expect(bad).toThrow('`enqueue[0]`');
    defineStudy({ name: 's', space: space({}), objective, enqueue: [{ lr: 0.5, kind: 'adam' }] });
  });

  it.each<readonly [unknown, string]>([
    [{}, '`enqueue` is an object; give a list of parameters: [{ x: 1 }].'],
    [[{ x: 1 }, null], '`enqueue[1]` is null; give an object of parameters.'],
    [[{ x: 1 }, { x: 11 }], 'in `enqueue[1]`, `x` is 11, which is no value of float(0, 10).'],
    [[{ c: '1' }], 'in `enqueue[0]`, `c` is "1", which is no value of categorical(["a",1]).'],
    [
      [{ X1: 1 }],
      'in `enqueue[0]`, `X1` is no parameter of the space; it has x, c, o, o.adam.b, o.adam.n; did you mean `x`?',
    ],
    [[{ x: [1] }], 'in `enqueue[0]`, `x` is an array, which no parameter can be.'],
    [[{ o: {} }], 'in `enqueue[0]`, `o` is an object without the `kind` that a variant has.'],
    [[{ o: 'sgd', 'o.adam.b': 1 }], 'in `enqueue[0]`, `o.adam.b` is of another branch of `o` than "sgd".'],
  ])('are refused when they are declared: %j', (enqueue, problem) => {
    const options = { name: 's', space: nested, objective, enqueue } as unknown as StudyOptions<never, never, never>;
    expect(() => defineStudy(options)).toThrow(`defineStudy(): ${problem}`);
  });

  it('are enqueued as often as they are listed, however often and by however many processes the study is opened', async () => {
    const file = join(memoryFolder(), 'studies.db');
    const define = (enqueue: readonly PartialParams<typeof nested>[]) =>
      defineStudy({ name: 's', space: nested, objective, seed: 1, enqueue });
    const fixed = async (enqueue: readonly PartialParams<typeof nested>[]) => {
      const storage = await openStorage(file, { create: true });
      const study = await openDefinedStudy(define(enqueue), storage);
      const trials = await study.trials();
      await study.close();
      return trials.map(({ systemAttrs }) => systemAttrs.fixed_params);
    };
    const [adam, flat] = [{ o: { kind: 'adam', b: 0.5 } } as const, { o: 'adam', 'o.adam.b': 0.5 }];
    const both = [{ x: 1 }, adam, { x: 1 }];
    await Promise.all([fixed(both), fixed(both), fixed(both)]);
    const stored = await fixed(both);
    expect(stored).toHaveLength(3);
    expect(stored).toEqual(expect.arrayContaining([{ x: 1 }, flat]));
    expect(await fixed([{ x: 2 }, ...both])).toEqual([...stored, { x: 2 }]);

    const storage = await openStorage(file, { create: false });
    const study = await openDefinedStudy(define(both), storage);
    await study.enqueue({ x: 1 }); // by hand, any number of times
    await study.optimize(({ params }) => params.x as number, { trials: 5 });
    expect((await study.trials()).map(({ params }) => params)).toEqual([
      ...stored.map((params) => expect.objectContaining(params as object)),
      expect.objectContaining({ x: 2 }),
      expect.objectContaining({ x: 1 }),
    ]);
    await study.close();
    expect(await fixed(both)).toHaveLength(5);
  });

  it('of createStudy are run first, also in a study that asks as it runs', async () => {
    const study = await createStudy({ name: 's', storage: 'memory:', enqueue: [{ lr: 0.25 }, { lr: 0.75 }] });
    await study.enqueue({ lr: 0.5, momentum: 0.1 });
    const asked: number[] = [];
    await study.optimize(
      async ({ trial }) => {
        const lr = await trial.suggestFloat('lr', 0, 1);
        asked.push(lr);
        return lr + (trial.number === 2 ? await trial.suggestFloat('momentum', 0, 1) : 0);
      },
      { trials: 3 },
    );
    expect(asked).toEqual([0.25, 0.75, 0.5]);
    expect((await study.bestTrial())?.number).toBe(0);
    await expect(study.enqueue({ lr: 'high' })).rejects.toThrow(
      'enqueue(): `lr` is "high", and was float(0, 1) so far.',
    );
    expect(await study.enqueue({ lr: 7 })).toMatchObject({ number: 3 }); // the range may have changed by now
  });
});
