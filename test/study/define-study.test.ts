import { describe, expect, expectTypeOf, it } from 'vitest';
import { categorical, defineStudy, float, int, type Params, space, TrialPruned } from '../../src/index.ts';

const mixed = space({
  rate: float(0, 1),
  width: int(1, 8),
  optimizer: categorical(['adam', 'sgd']),
  flag: categorical([true, null]),
});
type MixedParams = {
  readonly rate: number;
  readonly width: number;
  readonly optimizer: 'adam' | 'sgd';
  readonly flag: true | null;
};

describe('the types of a study', () => {
  it('follow from its space, its settings and those of its retraining', () => {
    expectTypeOf<Params<typeof mixed>>().toEqualTypeOf<MixedParams>();
    defineStudy({
      name: 'typed',
      space: mixed,
      settings: { epochs: 5, loss: 'mse', augment: true },
      profiles: { quick: { epochs: 1 }, other: { loss: 'mae', augment: false } },
      async prepare({ settings }) {
        expectTypeOf(settings.epochs).toEqualTypeOf<number>();
      },
      async objective({ params, trial, settings, signal, studySeed }) {
        expectTypeOf(params).toEqualTypeOf<MixedParams>();
        expectTypeOf(trial.params).toEqualTypeOf<MixedParams>();
        expectTypeOf(settings.epochs).toEqualTypeOf<number>();
        expectTypeOf(settings.loss).toEqualTypeOf<string>();
        expectTypeOf(settings.augment).toEqualTypeOf<boolean>();
        expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
        expectTypeOf(studySeed).toEqualTypeOf<number>();
        // @ts-expect-error there is no such parameter
        params.nope;
        // @ts-expect-error there is no such setting
        settings.nope;
        if (await trial.shouldPrune()) throw new TrialPruned();
        return params.rate;
      },
      retrain: {
        settings: { epochs: 100, patience: 7 },
        profiles: { quick: { epochs: 12, patience: 2 } },
        run({ params, settings }) {
          expectTypeOf(params).toEqualTypeOf<MixedParams>();
          expectTypeOf(settings.epochs).toEqualTypeOf<number>();
          expectTypeOf(settings.patience).toEqualTypeOf<number>();
          expectTypeOf(settings.loss).toEqualTypeOf<string>();
          return { accuracy: 0.5 };
        },
      },
    });
  });

  it('refuse profiles that set unknown settings, or values of another type', () => {
    const base = { name: 'a', space: mixed, settings: { epochs: 5 }, objective: () => 0 };
    const typed = () => [
      // @ts-expect-error there is no such setting
      defineStudy({ ...base, profiles: { quick: { nope: 1 } } }),
      // @ts-expect-error epochs is a number
      defineStudy({ ...base, profiles: { quick: { epochs: '1' } } }),
      // @ts-expect-error an objective returns numbers
      defineStudy({ ...base, objective: () => 'low' }),
      // @ts-expect-error there is no such direction
      defineStudy({ ...base, direction: 'down' }),
    ];
    expect(typed).toBeTypeOf('function');
  });
});
