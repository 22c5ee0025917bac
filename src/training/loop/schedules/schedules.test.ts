import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cosineAnnealing } from './cosine-annealing.ts';
import { linearWarmup } from './linear-warmup.ts';
import { oneCycle } from './one-cycle.ts';
import { piecewiseLinear } from './piecewise-linear.ts';
import { reduceOnPlateau } from './reduce-on-plateau.ts';
import type { Schedule } from './schedule.ts';
import { stepDecay } from './step-decay.ts';

// Golden numbers of PyTorch: test/golden/pytorch/schedules.test.ts.

const schedules: Readonly<Record<string, Schedule>> = {
  step: stepDecay({ every: 2 }),
  cosine: cosineAnnealing(),
  'cosine, epoch by epoch': cosineAnnealing({ per: 'epoch' }),
  restarts: cosineAnnealing({ restartEvery: 2.5, lengthening: 3 }),
  cycle: oneCycle(),
  'linear cycle': oneCycle({ rising: 0.5, shape: 'linear' }),
  'a third': oneCycle({ rising: 1 / 3 }),
  knots: piecewiseLinear([
    [0, 0],
    [1, 1],
  ]),
  warm: linearWarmup({ epochs: 1.5, from: 0 }, oneCycle()),
  plateau: reduceOnPlateau(),
};

test.each(Object.entries(schedules))('%s gives a factor from 0 to 1 for any training', (_, schedule) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (epochs, stepsPerEpoch) => {
      const steps = epochs * stepsPerEpoch;
      for (let step = 0; step < steps; step++) {
        const factor = schedule({ step, steps, stepsPerEpoch, history: [] });
        expect(factor).toBeGreaterThanOrEqual(0);
        expect(factor).toBeLessThanOrEqual(1 + 1e-12);
      }
    }),
  );
});

describe('a warm-up', () => {
  const factors = (schedule: Schedule, steps: number, stepsPerEpoch = 2) =>
    Array.from({ length: steps }, (_, step) => schedule({ step, steps, stepsPerEpoch, history: [] }));

  test('hides its steps from what follows, and leads to its first factor', () => {
    const seen: [number, number][] = [];
    const then: Schedule = ({ step, steps }) => {
      seen.push([step, steps]);
      return 0.5;
    };
    expect(factors(linearWarmup({ epochs: 1, from: 0 }, then), 4)).toEqual([0, 0.25, 0.5, 0.5]);
    expect(seen.slice(-2)).toEqual([
      [0, 2],
      [1, 2],
    ]);
  });

  test('longer than the training never ends', () => {
    expect(factors(linearWarmup({ steps: 10, from: 0 }, cosineAnnealing()), 3)).toEqual([0, 0.1, 0.2]);
  });
});

test.each([
  [() => stepDecay({}), 'stepDecay(): give `every` or `at`, one of the two.'],
  [() => stepDecay({ every: 2, at: [1] }), 'stepDecay(): give `every` or `at`, one of the two.'],
  [() => stepDecay({ at: [0] }), 'stepDecay(): `at` is an array; give a list of whole numbers from 1 on.'],
  [() => cosineAnnealing({ floor: 2 }), 'cosineAnnealing(): `floor` is 2; give a number from 0 to 1.'],
  [() => cosineAnnealing({ lengthening: 2 }), 'cosineAnnealing(): `lengthening` needs `restartEvery`.'],
  [() => oneCycle({ rising: 1 }), 'oneCycle(): `rising` is 1; give a number above 0 and below 1.'],
  [() => oneCycle({ startDivisor: 0 }), 'oneCycle(): `startDivisor` is 0; give a number from 1 on.'],
  [() => piecewiseLinear([[0, 1]]), 'piecewiseLinear(): the knots are not all [epoch, factor]; give at least two'],
  [
    () =>
      piecewiseLinear([
        [1, 1],
        [1, 0],
      ]),
    'piecewiseLinear(): a knot at epoch 1 follows one at 1; give them in ascending order.',
  ],
  [() => linearWarmup({}), 'linearWarmup(): give `epochs` or `steps`, one of the two.'],
  [() => linearWarmup({ steps: 0.5 }), 'linearWarmup(): `steps` is 0.5; give a whole number from 1 on.'],
  [() => reduceOnPlateau({ factor: 1 }), 'reduceOnPlateau(): `factor` is 1; give a number from 0 on, less than 1.'],
  [() => reduceOnPlateau({ mode: 'max' } as never), 'reduceOnPlateau(): there is no `mode`; there are metric, factor,'],
])('options that make no sense are refused in a line: %#', (make, line) => {
  expect(make).toThrow(line);
});
