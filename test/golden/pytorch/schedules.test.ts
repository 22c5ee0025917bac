import { describe, expect, test } from 'vitest';
import {
  cosineAnnealing,
  type EpochRecord,
  linearWarmup,
  oneCycle,
  piecewiseLinear,
  reduceOnPlateau,
  type Schedule,
  stepDecay,
} from '../../../src/training/index.ts';
import golden from './schedules.json' with { type: 'json' };

const { epochs, stepsPerEpoch, learningRate } = golden;
const steps = epochs * stepsPerEpoch;

/** Expects equal rates but for rounding: PyTorch's are products of those before them. */
function expectRates(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [at, rate] of expected.entries()) {
    expect(Math.abs((actual[at] as number) - rate), `rate ${at}`).toBeLessThan(1e-12);
  }
}

const perEpoch: Readonly<Record<keyof typeof golden.perEpoch, Schedule>> = {
  step: stepDecay({ every: 5 }),
  steps: stepDecay({ at: [7, 3, 7], factor: 0.2 }),
  cosine: cosineAnnealing({ per: 'epoch', floor: 0.01 }),
  restarts: cosineAnnealing({ per: 'epoch', restartEvery: 3 }),
};

const perStep: Readonly<Record<keyof typeof golden.perStep, Schedule>> = {
  cosine: cosineAnnealing(),
  restarts: cosineAnnealing({ restartEvery: 4 }),
  lengthening: cosineAnnealing({ restartEvery: 2, lengthening: 2, floor: 0.1 }),
  oneCycle: oneCycle(),
  linearCycle: oneCycle({ rising: 0.45, shape: 'linear', startDivisor: 10, endDivisor: 100 }),
  shortCycle: oneCycle(),
  warmup: linearWarmup({ steps: 10 }),
  warmCosine: linearWarmup({ epochs: 2, from: 0.1 }, cosineAnnealing()),
  piecewise: piecewiseLinear([[0, 0], [5, 1], [12, 0]]), // biome-ignore format: a knot is a pair
  plateaus: piecewiseLinear([[1, 0.2], [2.5, 1], [6, 1], [9, 0.1]]), // biome-ignore format: a knot is a pair
};

describe("the learning rates are PyTorch's", () => {
  test.each(Object.entries(perEpoch))('epoch by epoch: %s', (name, schedule) => {
    const rates = Array.from({ length: steps }, (_, step) => schedule({ step, steps, stepsPerEpoch, history: [] }));
    const expected = golden.perEpoch[name as keyof typeof golden.perEpoch];
    expectRates(
      rates.map((factor) => factor * learningRate),
      expected.flatMap((rate) => new Array<number>(stepsPerEpoch).fill(rate)),
    );
  });

  test.each(Object.entries(perStep))('step by step: %s', (name, schedule) => {
    const expected = golden.perStep[name as keyof typeof golden.perStep];
    const place = { steps: expected.length, stepsPerEpoch: name === 'shortCycle' ? 3 : stepsPerEpoch };
    const factors = expected.map((_, step) => schedule({ ...place, step, history: [] }));
    expectRates(
      factors.map((factor) => factor * learningRate),
      expected,
    );
  });

  test.each([
    ['usual', reduceOnPlateau({ patience: 2 })],
    ['impatient', reduceOnPlateau({ patience: 0, factor: 0.5, floor: 0.1 })],
    ['cooling', reduceOnPlateau({ patience: 1, factor: 0.5, cooldown: 2, threshold: 0.1, isAbsolute: true })],
    ['accuracy', reduceOnPlateau({ metric: 'validationAccuracy', patience: 1, factor: 0.3 })],
    [
      'accuracyApart',
      reduceOnPlateau({ metric: 'validationAccuracy', patience: 1, threshold: 0.15, isAbsolute: true }),
    ],
  ] as const)('on a plateau: %s', (name, schedule) => {
    const history = golden.losses.map(
      (loss, at): EpochRecord => ({
        epoch: at + 1,
        trainLoss: 1,
        trainAccuracy: 0,
        validationLoss: loss ?? Number.NaN,
        validationAccuracy: golden.accuracies[at] as number,
        seconds: 1,
      }),
    );
    const expected = golden.onPlateau[name];
    const rates = expected.map((_, epoch) => {
      const place = { step: epoch * stepsPerEpoch, steps, stepsPerEpoch };
      return learningRate * schedule({ ...place, history: history.slice(0, epoch) });
    });
    expect(new Set(expected).size).toBeGreaterThan(1);
    expectRates(rates, expected);
  });
});
