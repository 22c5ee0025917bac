import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import { figuresOf, smallCnn, trainShortly, wasmSample } from '../../../test/support/short-training.ts';
import type { Trial } from '../../index.ts';
import {
  adam,
  type Cifar10,
  type EpochRecord,
  evaluate,
  cifar10Normalisation as normalisation,
  type OptimizerState,
  searchedCnn,
  split,
  type TrainOptions,
  train,
} from '../index.ts';

let sample: Cifar10;

beforeAll(async () => {
  sample = await wasmSample();
});

test('a report of a trial is an onEpoch', () => {
  const report = (trial: Trial) => (epoch: EpochRecord) => trial.report(epoch.validationLoss, epoch.epoch);
  expectTypeOf(report).returns.toExtend<TrainOptions['onEpoch']>();
  expectTypeOf<() => 'end'>().not.toExtend<TrainOptions['onEpoch']>();
});

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
    const first = figuresOf((await trainShortly({ build, augmentation })).history);
    expect(figuresOf((await trainShortly({ build, augmentation })).history)).toEqual(first);
    expect(figuresOf((await trainShortly({ build, augmentation, seed: 2 })).history)).not.toEqual(first);
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

  test('ends with the weights of the best epoch by the metric asked for', async () => {
    const model = smallCnn(1);
    const data = split(sample.train, { train: 64, validation: 64 }, 3);
    const options = { model, optimizer: adam({ learningRate: 0.03 }), data, normalisation, batchSize: 32, seed: 1 };
    const { best, history } = await train({ ...options, epochs: 8, restoreBest: 'validationAccuracy' });
    const most = Math.max(...history.map(({ validationAccuracy }) => validationAccuracy));
    expect(best).toBe(history.find(({ validationAccuracy }) => validationAccuracy === most));
    const lowest = Math.min(...history.map(({ validationLoss }) => validationLoss));
    expect(best.validationLoss).not.toBe(lowest); // so that the two metrics differ here
    expect((await evaluate({ model, data: data.validation, normalisation })).accuracy).toBe(most);
    model.dispose();
  });

  test('has the figures of the training images in inference, and of each class, if asked', async () => {
    const model = smallCnn(1);
    const data = split(sample.train, { train: 64, validation: 64 }, 3);
    const options = { model, optimizer: adam({ learningRate: 0.03 }), data, normalisation, batchSize: 16, seed: 1 };
    const { last } = await train({ ...options, epochs: 1, trainEvaluation: true, perClass: true });
    const ofTraining = await evaluate({ model, data: data.train, normalisation });
    const ofValidation = await evaluate({ model, data: data.validation, normalisation });
    expect(last.trainEvaluationLoss).toBe(ofTraining.loss);
    expect(last.trainEvaluationAccuracy).toBe(ofTraining.accuracy);
    expect(last.trainEvaluationLoss).not.toBe(last.trainLoss);
    expect(last.validationPerClass).toEqual(ofValidation.perClass);
    model.dispose();
  });

  test('of nothing but NaN ends by its patience', async () => {
    const optimizer = adam({ learningRate: Number.NaN });
    expect((await trainShortly({ optimizer, epochs: 9, patience: 2 })).history).toHaveLength(2);
  });

  test('a loss that is not a number is never the best', async () => {
    const { best, history } = await trainShortly({ optimizer: adam({ learningRate: Number.NaN }), epochs: 2 });
    expect(history.every(({ validationLoss }) => Number.isNaN(validationLoss))).toBe(true);
    expect(best.epoch).toBe(2);
  });
});
