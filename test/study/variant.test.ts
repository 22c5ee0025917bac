import { join } from 'node:path';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { categorical, createStudy, float, int, loadStudy, type Params, space, tpe, variant } from '../../src/index.ts';
import { flattenParams, nestParams, variantNames } from '../../src/space/nested-params.ts';
import { memoryFolder } from '../support/temp-folder.ts';

const conditional = space({
  rate: float(1e-4, 1, { log: true }),
  optimizer: variant({
    adam: { beta1: float(0.8, 0.99), schedule: variant({ cosine: { warmup: int(0, 9) }, none: {} }) },
    sgd: { momentum: float(0, 0.99), nesterov: categorical([true, false]) },
    lion: {},
  }),
});

type Optimizer =
  | {
      readonly kind: 'adam';
      readonly beta1: number;
      readonly schedule: { readonly kind: 'cosine'; readonly warmup: number } | { readonly kind: 'none' };
    }
  | { readonly kind: 'sgd'; readonly momentum: number; readonly nesterov: true | false }
  | { readonly kind: 'lion' };

const cost = ({ rate, optimizer }: Params<typeof conditional>): number => {
  const base = Math.log10(rate) ** 2;
  if (optimizer.kind === 'adam') {
    return base + optimizer.beta1 + (optimizer.schedule.kind === 'cosine' ? optimizer.schedule.warmup : 3);
  }
  return optimizer.kind === 'sgd' ? base + optimizer.momentum * (optimizer.nesterov ? 2 : 1) : base + 5;
};

describe('variant', () => {
  it('gives a discriminated union, nested and with empty branches', () => {
    expectTypeOf<Params<typeof conditional>>().toEqualTypeOf<{
      readonly rate: number;
      readonly optimizer: Optimizer;
    }>();
  });

  it('is stored flat: the choice, and the parameters of its branch alone', async () => {
    const storage = join(memoryFolder(), 'studies.db');
    const study = await createStudy({ name: 's', space: conditional, storage, seed: 2 });
    await study.optimize(({ params }) => cost(params), { trials: 40 });
    const trials = await study.trials();
    const kinds = new Set<unknown>();
    for (const trial of trials) {
      const names = Object.keys(trial.params);
      const { optimizer } = study.paramsOf(trial);
      kinds.add(optimizer.kind);
      const expected = {
        adam: ['optimizer.adam.beta1', 'optimizer.adam.schedule'],
        sgd: ['optimizer.sgd.momentum', 'optimizer.sgd.nesterov'],
        lion: [],
      }[optimizer.kind];
      const warmup = optimizer.kind === 'adam' && optimizer.schedule.kind === 'cosine';
      const deeper = warmup ? ['optimizer.adam.schedule.cosine.warmup'] : [];
      expect(names).toEqual(['rate', 'optimizer', ...expected, ...deeper]);
    }
    expect(kinds).toEqual(new Set(['adam', 'sgd', 'lion']));
    const best = await study.bestTrial();
    expect(cost((await study.bestParams()) as never)).toBe(best?.values?.[0]);
    await study.close();
    const again = await loadStudy({ name: 's', space: conditional, storage });
    expect(await again.bestParams()).toEqual(await study.bestParams().catch(() => again.bestParams()));
    await again.close();
  });

  it('is enqueued as objectives receive it', async () => {
    const study = await createStudy({ name: 's', space: conditional, storage: 'memory:', sampler: tpe(), seed: 2 });
    const optimizer = { kind: 'adam', beta1: 0.9, schedule: { kind: 'none' } } as const;
    await study.enqueue({ optimizer });
    expect((await study.ask()).params.optimizer).toEqual(optimizer);
    expect((await study.trials())[0]?.params).toMatchObject({ optimizer: 'adam', 'optimizer.adam.schedule': 'none' });
  });

  it('is recognised from stored names alone, and converted back', () => {
    const variants = variantNames(Object.entries(conditional.distributions));
    expect(variants).toEqual(new Set(['optimizer', 'optimizer.adam.schedule']));
    const nested = { rate: 1, optimizer: { kind: 'adam', beta1: 0.9, schedule: { kind: 'cosine', warmup: 3 } } };
    const flat = flattenParams(nested);
    expect(flat).toEqual({
      rate: 1,
      optimizer: 'adam',
      'optimizer.adam.beta1': 0.9,
      'optimizer.adam.schedule': 'cosine',
      'optimizer.adam.schedule.cosine.warmup': 3,
    });
    expect(nestParams(flat, variants)).toEqual(nested);
    expect(nestParams({ optimizer: 'lion', 'a.b': 1 }, variants)).toEqual({ optimizer: { kind: 'lion' }, 'a.b': 1 });
    expect(flattenParams(flat)).toEqual(flat);
  });

  it.each([
    ['no branches', {}],
    ['a branch that is none', { a: 1 }],
    ['a value that is no distribution', { a: { x: 3 } }],
    ['`kind` for a name', { a: { kind: float(0, 1) } }],
  ])('refuses %s', (_name, branches) => {
    expect(() => variant(branches as never)).toThrow(expect.objectContaining({ code: 'HPO_INVALID_SPACE' }));
  });
});

describe('define-by-run', () => {
  it('chooses parameters as they are asked for, typed, the same for a seed', async () => {
    const run = async (trials: number[]) => {
      const storage = join(memoryFolder(), 'studies.db');
      for (const target of trials) {
        const study = await createStudy({ name: 's', storage, seed: 4, ifExists: 'load' });
        await study.optimize(
          async ({ trial }) => {
            const layers = await trial.suggestInt('layers', 1, 3);
            let sum = 0;
            for (let layer = 0; layer < layers; layer++) {
              sum += await trial.suggestFloat(`width${layer}`, 1, 100, { log: true });
            }
            const kind = await trial.suggestCategorical('activation', ['relu', 'tanh', null]);
            expectTypeOf(kind).toEqualTypeOf<'relu' | 'tanh' | null>();
            expect(await trial.suggestInt('layers', 1, 3)).toBe(layers);
            return sum + (kind === 'relu' ? 0 : 10);
          },
          { trials: target },
        );
        if (target === trials.at(-1)) {
          const params = (await study.trials()).map((trial) => trial.params);
          await study.close();
          return params;
        }
        await study.close();
      }
      return [];
    };
    const whole = await run([25]);
    expect(new Set(whole.map((params) => Object.keys(params).length)).size).toBe(3);
    expect(await run([7, 16, 25])).toEqual(whole);
  });

  it('is among the best parameters, beside those of the space', async () => {
    const study = await createStudy({ name: 's', space: space({ x: float(0, 1) }), storage: 'memory:', seed: 4 });
    await study.optimize(({ trial }) => trial.suggestInt('layers', 3, 3), { trials: 1 });
    expect(await study.bestParams()).toEqual({ x: expect.any(Number), layers: 3 });
  });

  it('refuses a name that the study has as another kind', async () => {
    const study = await createStudy({ name: 's', storage: 'memory:' });
    await (await study.ask()).suggestFloat('x', 0, 1);
    const second = await study.ask();
    await expect(second.suggestInt('x', 0, 1)).rejects.toMatchObject({ code: 'HPO_STUDY_DIFFERS' });
    await expect(second.suggestFloat('y', 2, 1)).rejects.toMatchObject({ code: 'HPO_INVALID_SPACE' });
    await second.suggestFloat('z', 0, 1);
    await expect(second.suggestFloat('z', 1, 2, { log: true })).rejects.toThrow('asks for `z` again');
  });
});
