import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { smallCnn, wasmSample } from '../../../test/support/short-training.ts';
import { Rng } from '../../base/rng.ts';
import {
  allOf,
  type Cifar10,
  classificationMetrics,
  type EvaluateOptions,
  evaluate,
  heInitialise,
  memoryImages,
  cifar10Normalisation as normalisation,
  searchedCnn,
  sgd,
  split,
  type TrainOptions,
  train,
} from '../index.ts';

let sample: Cifar10;

beforeAll(async () => {
  sample = await wasmSample();
});

describe('evaluation', () => {
  test('has the same figures in batches of any size, and of more classes than a matrix has', async () => {
    const model = smallCnn(1);
    const data = split(sample.train, { train: 64, validation: 65 }, 3).validation;
    const whole = await evaluate({ model, data, normalisation, topK: 3 });
    const batched = await evaluate({ model, data, normalisation, topK: 3, batchSize: 7 });
    expect(batched.confusion).toEqual(whole.confusion);
    expect(batched.loss).toBeCloseTo(whole.loss, 5);
    expect(whole).toMatchObject(classificationMetrics(whole.confusion, sample.train.classes, whole.loss));
    await expect(evaluate({ model, data, normalisation, batchSize: 0 })).rejects.toThrow(
      'evaluate(): `batchSize` is 0',
    );
    model.dispose();

    // More scores than are read back at once.
    const many = memoryImages({
      pixels: Uint8Array.from({ length: 70 }, (_, at) => at),
      labels: Array.from({ length: 70 }, (_, at) => at * 900),
      imageShape: [1, 1, 1],
      classes: Array.from({ length: 65_535 }, (_, at) => `${at}`),
    });
    const wide = tfl.sequential({
      layers: [tfl.layers.flatten({ inputShape: [1, 1, 1] }), tfl.layers.dense({ units: 65_535, useBias: false })],
    });
    const options = { model: wide, data: allOf(many), normalisation: { mean: [0.4], deviation: [0.01] } };
    const inParts = await evaluate({ ...options, batchSize: 30 });
    expect(inParts.confusion).toEqual([]);
    expect(inParts.perClass.reduce((sum, { support }) => sum + support, 0)).toBe(70);
    expect(inParts.loss).toBeCloseTo((await evaluate({ ...options, batchSize: 70 })).loss, 5);
    wide.dispose();
  });

  test('changes images only if asked, the same way for a seed', async () => {
    const model = smallCnn(1);
    const data = split(sample.train, { train: 64, validation: 64 }, 3).validation;
    const lossOf = async (options: Partial<EvaluateOptions> = {}) =>
      (await evaluate({ model, data, normalisation, ...options })).loss;
    const plain = await lossOf();
    expect(await lossOf({ augmentation: {} })).toBe(plain);
    const flipped = { augmentation: { horizontalFlip: 0.5 } };
    expect(await lossOf({ ...flipped, seed: 1 })).toBe(await lossOf({ ...flipped, seed: 1 }));
    expect(new Set([plain, await lossOf(flipped), await lossOf({ ...flipped, seed: 1 })]).size).toBe(3);
    expect(await lossOf({ ...flipped, seed: 0 })).toBe(await lossOf(flipped));
    await expect(lossOf({ augmentation: { horizontalFlip: 2 } })).rejects.toThrow('`horizontalFlip` is 2');
    model.dispose();
  });

  test('of a training leaves the validation images as they are, unless asked, and draws anew in each epoch', async () => {
    // Nothing of this net changes in training, so that the images alone make a difference.
    const build = () =>
      tfl.sequential({ layers: [tfl.layers.flatten({ inputShape: [32, 32, 3] }), tfl.layers.dense({ units: 10 })] });
    const data = split(sample.train, { train: 32, validation: 32 }, 3);
    const losses = async (more: Partial<TrainOptions>) => {
      const model = build();
      heInitialise(model, new Rng('flat'));
      const common = { model, data, normalisation, batchSize: 16, epochs: 2, seed: 1 };
      const { history } = await train({
        ...common,
        optimizer: sgd({ learningRate: 0 }),
        trainEvaluation: true,
        ...more,
      });
      model.dispose();
      return history.map(({ validationLoss, trainEvaluationLoss }) => [validationLoss, trainEvaluationLoss]);
    };
    const augmentation = { horizontalFlip: 0.5, cropPadding: 4 };
    const [plain, again] = await losses({ augmentation });
    expect(again).toEqual(plain);
    const [first, second] = await losses({ validationAugmentation: augmentation });
    expect(new Set([plain?.[0], first?.[0], second?.[0]]).size).toBe(3);
    expect([first?.[1], second?.[1]]).toEqual([plain?.[1], plain?.[1]]);
  });

  test('has the figures of a model that has learnt nothing', async () => {
    const model = searchedCnn({ fc1: 16, fc2: 16, dropout: 0.5, seed: 1 });
    const metrics = await evaluate({ model, data: allOf(sample.test), normalisation });
    const counted = metrics.confusion.flat().reduce((sum, count) => sum + count, 0);
    expect(counted).toBe(256);
    expect(metrics.perClass.map(({ name }) => name)).toEqual(sample.test.classes);
    expect(metrics.accuracy).toBeLessThan(0.3);
    expect(metrics.loss).toBeGreaterThan(1.5);
    expect(metrics.calibrationBins.reduce((sum, { count }) => sum + count, 0)).toBe(256);
    expect(metrics).not.toHaveProperty('topKAccuracy');
    const topOf = (topK: number) => evaluate({ model, data: allOf(sample.test), normalisation, topK });
    const shares = await Promise.all([1, 2, 5, 9, 10, 99].map(async (k) => (await topOf(k)).topKAccuracy as number));
    expect(shares[0]).toBe(metrics.accuracy);
    expect([...shares].sort()).toEqual(shares);
    expect(shares.slice(-2)).toEqual([1, 1]);
    await expect(topOf(0)).rejects.toThrow('evaluate(): `topK` is 0; give a whole number from 1 on.');
    model.dispose();
  });
});
