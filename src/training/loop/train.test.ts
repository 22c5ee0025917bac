import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { Rng } from '../../base/rng.ts';
import {
  adam,
  allOf,
  BatchNormLayer,
  type Cifar10,
  Conv2DLayer,
  cifar10,
  DropoutLayer,
  device,
  type EpochRecord,
  evaluate,
  heInitialise,
  cifar10Normalisation as normalisation,
  type OptimizerState,
  searchedCnn,
  split,
  type TrainOptions,
  train,
} from '../index.ts';

const folder = 'test/fixtures/cifar10-sample';
let sample: Cifar10;

beforeAll(async () => {
  await device({ backend: 'wasm' });
  sample = await cifar10({ folder });
});

/** A net with every kind of layer that is cheap enough for many steps. */
function smallCnn(seed: number): tfl.LayersModel {
  const model = tfl.sequential({
    layers: [
      new Conv2DLayer({ filters: 6, kernelSize: 4, stride: 4, useBias: false, inputShape: [32, 32, 3] }),
      new BatchNormLayer({ activation: 'relu' }),
      tfl.layers.maxPooling2d({ poolSize: 2 }),
      tfl.layers.flatten(),
      new DropoutLayer({ rate: 0.1, seed: `${seed}/dropout` }),
      tfl.layers.dense({ units: 10 }),
    ],
  });
  heInitialise(model, new Rng(`${seed}`));
  return model;
}

/** A short training of a fresh net, which is checked to leave no tensor behind. */
async function trainShortly({ build = smallCnn, ...options }: Partial<TrainOptions> & { build?: typeof smallCnn }) {
  const before = tf.memory().numTensors;
  const model = build(options.seed ?? 1);
  try {
    return await train({
      model,
      optimizer: adam({ weightDecay: 5e-4 }),
      data: split(sample.train, { train: 96, validation: 64 }, 3),
      normalisation,
      batchSize: 32,
      epochs: 2,
      seed: 1,
      ...options,
    });
  } finally {
    model.dispose();
    expect(tf.memory().numTensors - before).toBe(0);
  }
}

const figures = (history: readonly EpochRecord[]) => history.map(({ seconds: _, ...rest }) => rest);

describe('training', () => {
  test('learns', async () => {
    const { history, last, best } = await trainShortly({
      data: split(sample.train, { train: 384, validation: 128 }, 3),
      optimizer: adam({ learningRate: 0.01 }),
      epochs: 5,
      batchSize: 16,
    });
    expect(history.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5]);
    expect(last).toBe(history.at(-1));
    expect(last.trainLoss).toBeLessThan(1.95);
    expect(best.validationLoss).toBeLessThan(2.2);
    expect(best.validationAccuracy).toBeGreaterThan(0.2);
  });

  test('gives the same figures bit by bit for a seed, and others for another', async () => {
    const augmentation = { horizontalFlip: 0.5, cropPadding: 2 };
    const build = (seed: number) => searchedCnn({ fc1: 32, fc2: 16, dropout: 0.2, seed });
    const first = figures((await trainShortly({ build, augmentation })).history);
    expect(figures((await trainShortly({ build, augmentation })).history)).toEqual(first);
    expect(figures((await trainShortly({ build, augmentation, seed: 2 })).history)).not.toEqual(first);
  });

  test('leaves no tensor behind in over a hundred steps', async () => {
    const model = smallCnn(1);
    const counts: number[] = [];
    await train({
      model,
      optimizer: adam(),
      data: split(sample.train, { train: 72, validation: 8 }, 3),
      normalisation,
      batchSize: 2,
      epochs: 3,
      seed: 1,
      restoreBest: true,
      onEpoch: () => void counts.push(tf.memory().numTensors),
    });
    expect(new Set(counts).size).toBe(1);
    model.dispose();
  });

  test('a last batch of one image is left out', async () => {
    const { last } = await trainShortly({ data: split(sample.train, { train: 65, validation: 8 }, 3), epochs: 1 });
    expect(last.trainLoss).toBeGreaterThan(0);
  });

  test('heeds its signal between two steps', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    let epochs = 0;
    const run = trainShortly({
      epochs: 50,
      signal: controller.signal,
      onEpoch: () => {
        epochs++;
        setImmediate(() => controller.abort(reason));
      },
    });
    await expect(run).rejects.toBe(reason);
    expect(epochs).toBe(1);
  });

  test('passes on what its listener throws', async () => {
    const reason = new Error('pruned');
    const run = trainShortly({ onEpoch: () => Promise.reject(reason) });
    await expect(run).rejects.toBe(reason);
  });

  test('ends after the epoch for which a callback says stop', async () => {
    const seen: string[] = [];
    const { history, last } = await trainShortly({
      epochs: 5,
      callbacks: [{ onEpoch: ({ epoch }) => (epoch === 2 ? 'stop' : undefined) }],
      onEpoch: ({ epoch }) => void seen.push(`epoch ${epoch}`),
    });
    expect(history).toHaveLength(2);
    expect(last.epoch).toBe(2);
    expect(seen).toEqual(['epoch 1', 'epoch 2']);
    expect(
      await trainShortly({ epochs: 5, onEpoch: async ({ epoch }) => (epoch === 1 ? 'stop' : undefined) }),
    ).toMatchObject({ last: { epoch: 1 } });
  });

  test('shows its callbacks the end with the state of the optimizer, also where it is interrupted', async () => {
    const optimizer = adam();
    const ends: OptimizerState[] = [];
    const callbacks = [{ onEnd: async () => void ends.push(await optimizer.state()) }];
    await trainShortly({ optimizer, callbacks });
    const run = trainShortly({ optimizer, callbacks, onEpoch: () => Promise.reject(new Error('pruned')) });
    await expect(run).rejects.toThrow('pruned');
    expect(ends.map(({ step }) => step)).toEqual([6, 3]);
  });

  test.each([
    [64, 2],
    [65, 2], // a single image has no variance to normalise by
    [66, 3],
    [33, 1],
    [1, 1],
  ])('takes %i images in batches of 32 in %i steps', async (images, steps) => {
    const optimizer = adam();
    let taken: number | undefined;
    const data = split(sample.train, { train: images, validation: 8 }, 3);
    const onEpoch = async () => {
      taken = (await optimizer.state()).step;
    };
    const { last } = await trainShortly({ optimizer, data, epochs: 1, onEpoch });
    expect(taken).toBe(steps);
    const seen = images % 32 === 1 && images > 1 ? images - 1 : images;
    expect(Math.abs(last.trainAccuracy * seen - Math.round(last.trainAccuracy * seen))).toBeLessThan(1e-6);
  });

  test('stops when the validation loss has not fallen for as many epochs as its patience', async () => {
    const { history, best } = await trainShortly({
      optimizer: adam({ learningRate: 0.03 }),
      data: split(sample.train, { train: 64, validation: 64 }, 3),
      epochs: 40,
      patience: 2,
    });
    expect(history.length).toBeLessThan(40);
    expect(history.length - best.epoch).toBe(2);
  });

  test('ends with the weights of its best epoch if asked', async () => {
    const model = smallCnn(1);
    const data = split(sample.train, { train: 64, validation: 64 }, 3);
    const optimizer = adam({ learningRate: 0.03 });
    const options = { model, optimizer, data, normalisation, batchSize: 32, epochs: 40, patience: 2, seed: 1 };
    const { best, last } = await train({ ...options, restoreBest: true });
    expect(best.epoch).toBeLessThan(last.epoch);
    expect((await evaluate({ model, data: data.validation, normalisation })).loss).toBe(best.validationLoss);
    model.dispose();
  });

  test('needs an epoch', async () => {
    await expect(trainShortly({ epochs: 0 })).rejects.toThrow('train(): `epochs` is 0; give a whole number from 1 on.');
  });

  test('a loss that is not a number is never the best', async () => {
    const { best, history } = await trainShortly({ optimizer: adam({ learningRate: Number.NaN }), epochs: 2 });
    expect(history.every(({ validationLoss }) => Number.isNaN(validationLoss))).toBe(true);
    expect(best.epoch).toBe(2);
  });
});

describe('evaluation', () => {
  test('has the figures of a model that has learnt nothing', async () => {
    const model = searchedCnn({ fc1: 16, fc2: 16, dropout: 0.5, seed: 1 });
    const metrics = await evaluate({ model, data: allOf(sample.test), normalisation });
    const counted = metrics.confusion.flat().reduce((sum, count) => sum + count, 0);
    expect(counted).toBe(256);
    expect(metrics.perClass.map(({ name }) => name)).toEqual(sample.test.classes);
    expect(metrics.accuracy).toBeLessThan(0.3);
    expect(metrics.loss).toBeGreaterThan(1.5);
    model.dispose();
  });
});
