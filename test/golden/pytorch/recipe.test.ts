import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type Cifar10,
  cifar10,
  device,
  type EpochRecord,
  cifar10Normalisation as normalisation,
  oneCycle,
  sgd,
  train,
  type UpdateOptions,
} from '../../../src/training/index.ts';
import { clipped, type GradientClipping } from '../../../src/training/loop/gradient-clipping.ts';
import { setInitialWeights } from './initial-weights.ts';
import golden from './recipe.json' with { type: 'json' };
import { seed, trainings } from './trainings.ts';

let sample: Cifar10;

beforeAll(async () => {
  await device({ backend: 'wasm' });
  sample = await cifar10({ folder: 'test/fixtures/cifar10-sample' });
});

const recipes: Readonly<Record<keyof typeof golden.losses, Omit<UpdateOptions, 'optimizer'>>> = {
  plain: {},
  smoothing: { labelSmoothing: 0.2 },
  norm: { gradientClipping: { norm: 0.5 } },
  value: { gradientClipping: { value: 0.005 } },
  average: { weightAverage: { decay: 0.8 } },
  all: {
    labelSmoothing: 0.1,
    gradientClipping: { norm: 1 },
    weightAverage: { decay: 0.8 },
    schedule: oneCycle(),
  },
};

describe("the losses are PyTorch's with", () => {
  test.each(Object.entries(recipes))('%s', async (name, recipe) => {
    const { build, batchSize, epochs, ...counts } = trainings.searchedCnn as (typeof trainings)[string];
    const model = build();
    setInitialWeights(model);
    const range = (start: number, count: number) => ({
      set: sample.train,
      indices: Uint32Array.from({ length: count }, (_, at) => start + at),
    });
    const { history } = await train({
      model,
      optimizer: sgd({ learningRate: 0.004, momentum: 0.9, nesterov: true, weightDecay: 5e-4 }),
      data: { train: range(0, counts.train), validation: range(counts.train, counts.validation) },
      normalisation,
      batchSize,
      epochs,
      seed,
      ...recipe,
    });
    model.dispose();
    const expected = golden.losses[name as keyof typeof golden.losses];
    expect(history).toHaveLength(expected.length);
    for (const [at, { trainLoss, validationLoss }] of expected.entries()) {
      const actual = history[at] as EpochRecord;
      expect(Math.abs(actual.trainLoss / trainLoss - 1), `training, epoch ${at + 1}`).toBeLessThan(2e-3);
      expect(Math.abs(actual.validationLoss / validationLoss - 1), `validation, epoch ${at + 1}`).toBeLessThan(2e-3);
    }
  });

  test('which differ from one recipe to the other by more than the tolerance', () => {
    const losses = Object.values(golden.losses).map((history) => history.map(({ validationLoss }) => validationLoss));
    for (const [at, some] of losses.entries()) {
      for (const others of losses.slice(at + 1)) {
        const differences = some.map((loss, epoch) => Math.abs(loss / (others[epoch] as number) - 1));
        expect(Math.max(...differences)).toBeGreaterThan(0.01);
      }
    }
  });
});

describe.each(['cpu', 'wasm'] as const)("clipped gradients are PyTorch's on %s", (backend) => {
  test.each<[Exclude<keyof typeof golden.clipped, 'gradients'>, GradientClipping]>([
    ['norm 1', { norm: 1 }],
    ['norm 100', { norm: 100 }],
    ['value 0.5', { value: 0.5 }],
  ])('%s', async (name, clipping) => {
    await device({ backend });
    const shapes = [[2, 3], [4], []];
    const numbers = tf.tidy(() => {
      const gradients = golden.clipped.gradients.map((values, at) => [`${at}`, tf.tensor(values, shapes[at])] as const);
      const results = clipped(Object.fromEntries(gradients), clipping);
      return gradients.map(([key]) => [...(results[key] as tf.Tensor).dataSync()]);
    });
    for (const [at, values] of golden.clipped[name].entries()) {
      for (const [place, value] of values.entries()) expect(numbers[at]?.[place]).toBeCloseTo(value, 5);
    }
  });
});
