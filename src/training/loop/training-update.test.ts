import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { figuresOf, smallCnn, trainShortly, wasmSample } from '../../../test/support/short-training.ts';
import {
  adam,
  type Cifar10,
  evaluate,
  cifar10Normalisation as normalisation,
  oneCycle,
  type SchedulePoint,
  split,
  train,
} from '../index.ts';

let sample: Cifar10;

beforeAll(async () => {
  sample = await wasmSample();
});

describe('a step of a training', () => {
  test('has the learning rates of its schedule, and leaves the optimizer its own', async () => {
    const optimizer = adam({ learningRate: 0.5 });
    const points: SchedulePoint[] = [];
    const schedule = (point: SchedulePoint) => {
      points.push({ ...point, history: [...point.history] });
      return 1 / (1 + point.step);
    };
    const rates: number[] = [];
    const onEpoch = () => void rates.push(optimizer.learningRate);
    const { history } = await trainShortly({ optimizer, schedule, onEpoch, epochs: 3 });
    expect(
      points.map(({ step, steps, stepsPerEpoch, history }) => [step, steps, stepsPerEpoch, history.length]),
    ).toEqual(Array.from({ length: 9 }, (_, step) => [step, 9, 3, Math.floor(step / 3)]));
    expect(points[8]?.history[1]).toBe(history[1]);
    expect(rates).toEqual([0.5 / 3, 0.5 / 6, 0.5 / 9]);
    expect(history.map(({ learningRate }) => learningRate)).toEqual(rates);
    expect(optimizer.learningRate).toBe(0.5);
    expect((await trainShortly({ epochs: 1 })).last).not.toHaveProperty('learningRate');
  });

  test('takes the factor 1 for no schedule', async () => {
    const { history } = await trainShortly({});
    const { history: scheduled } = await trainShortly({ schedule: () => 1 });
    expect(figuresOf(scheduled).map(({ learningRate: _, ...rest }) => rest)).toEqual(figuresOf(history));
  });

  test('leaves no tensor behind with all that a step may have', async () => {
    const counts = new Set<number>();
    await trainShortly({
      batchSize: 8,
      epochs: 4,
      schedule: oneCycle(),
      labelSmoothing: 0.1,
      mixup: 0.2,
      gradientClipping: { value: 0.1 },
      weightAverage: { decay: 0.9 },
      restoreBest: 'validationAccuracy',
      trainEvaluation: true,
      callbacks: [{ onStep: () => {} }],
      onEpoch: () => void counts.add(tf.memory().numTensors),
    });
    expect(counts.size).toBe(1);
    const stopping = { onEpoch: () => Promise.reject(new Error('pruned')), weightAverage: { decay: 0.9 } };
    await expect(trainShortly(stopping)).rejects.toThrow('pruned'); // trainShortly counts the tensors
  });

  test('an average of decay 0 is the weights themselves', async () => {
    const { history } = await trainShortly({});
    const averaged = await trainShortly({ weightAverage: { decay: 0 } });
    expect(figuresOf(averaged.history)).toEqual(figuresOf(history));
  });

  test('ends with the average, which was evaluated, while its callbacks see the weights themselves', async () => {
    const model = smallCnn(1);
    const data = split(sample.train, { train: 64, validation: 64 }, 3);
    const options = { model, optimizer: adam({ learningRate: 0.03 }), data, normalisation, batchSize: 16, seed: 1 };
    const losses: number[] = [];
    const judge = async () => (await evaluate({ model, data: data.validation, normalisation })).loss;
    const onEpoch = async () => void losses.push(await judge());
    const { last } = await train({ ...options, epochs: 2, weightAverage: { decay: 0.5 }, onEpoch });
    expect(losses.at(-1)).not.toBe(last.validationLoss);
    expect(await judge()).toBe(last.validationLoss);
    model.dispose();
  });

  test('ends with the best average where the best is asked for', async () => {
    const model = smallCnn(1);
    const data = split(sample.train, { train: 64, validation: 64 }, 3);
    const options = { model, optimizer: adam({ learningRate: 0.1 }), data, normalisation, batchSize: 16, seed: 1 };
    const averaged = { ...options, epochs: 8, weightAverage: { decay: 0.5 }, restoreBest: true };
    const { best, last } = await train(averaged);
    expect(best.epoch).toBeLessThan(last.epoch);
    expect((await evaluate({ model, data: data.validation, normalisation })).loss).toBe(best.validationLoss);
    model.dispose();
  });

  test('mixed images have other losses, the same for the same seed', async () => {
    const { history } = await trainShortly({});
    const mixed = figuresOf((await trainShortly({ mixup: 1 })).history);
    expect(mixed[0]?.trainLoss).not.toBe(history[0]?.trainLoss);
    expect(figuresOf((await trainShortly({ mixup: 1 })).history)).toEqual(mixed);
    expect(figuresOf((await trainShortly({ mixup: 0 })).history)).toEqual(figuresOf(history));
  });
});
