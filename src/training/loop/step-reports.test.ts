import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { figuresOf, trainShortly, wasmSample } from '../../../test/support/short-training.ts';
import {
  type Cifar10,
  type EpochRecord,
  logEpochs,
  logSteps,
  type ShownProgress,
  type StepRecord,
  showProgress,
  split,
  type TrainingCallback,
} from '../index.ts';

let sample: Cifar10;

beforeAll(async () => {
  sample = await wasmSample();
});

describe('a training', () => {
  test('shows its callbacks every so many steps before the epoch, without tensors left', async () => {
    const seen: (StepRecord | number)[] = [];
    const counts = new Set<number>();
    const callback: TrainingCallback = {
      onStep: (record) => void seen.push(record),
      onEpoch: ({ epoch }) => {
        counts.add(tf.memory().numTensors);
        seen.push(epoch);
      },
    };
    const data = split(sample.train, { train: 100, validation: 8 }, 3);
    const { history } = await trainShortly({ data, batchSize: 16, logEvery: 3, callbacks: [callback] });
    expect(seen.map((each) => (typeof each === 'number' ? each : [each.epoch, each.step, each.stepsPerEpoch]))).toEqual(
      [[1, 3, 7], [1, 6, 7], [1, 7, 7], 1, [2, 3, 7], [2, 6, 7], [2, 7, 7], 2],
    );
    expect(counts.size).toBe(1);
    const [first, second, third] = seen as StepRecord[];
    const images = [48, 48, 4];
    const mean = (figure: 'trainLoss' | 'trainAccuracy') =>
      [first, second, third].reduce((sum, record, at) => sum + (record?.[figure] ?? 0) * (images[at] as number), 0) /
      100;
    expect(mean('trainLoss')).toBeCloseTo(history[0]?.trainLoss as number, 5);
    expect(mean('trainAccuracy')).toBeCloseTo(history[0]?.trainAccuracy as number, 5);
    expect((first as StepRecord).trainAccuracy * 48).toBeCloseTo(
      Math.round((first as StepRecord).trainAccuracy * 48),
      4,
    );
  });

  test('the figures are the same bit by bit whether its steps are shown or not', async () => {
    const { history } = await trainShortly({});
    const shown = await trainShortly({ logEvery: 1, callbacks: [logSteps(() => {})] });
    expect(figuresOf(shown.history)).toEqual(figuresOf(history));
  });

  test('passes on what a callback throws for a step', async () => {
    const reason = new Error('enough');
    let steps = 0;
    const onStep = () => {
      steps++;
      throw reason;
    };
    await expect(trainShortly({ batchSize: 8, logEvery: 2, callbacks: [{ onStep }] })).rejects.toBe(reason);
    await expect(trainShortly({ logEvery: 99, callbacks: [{ onStep }] })).rejects.toBe(reason);
    expect(steps).toBe(2);
    const later = { onStep: () => Promise.reject(reason) };
    await expect(trainShortly({ logEvery: 1, callbacks: [later] })).rejects.toBe(reason);
  });

  test('shows its steps one after the other, however long a callback takes', async () => {
    const seen: string[] = [];
    const onStep = async ({ step }: StepRecord) => {
      seen.push(`${step} begins`);
      await new Promise((resolve) => setTimeout(resolve, step === 1 ? 30 : 0));
      seen.push(`${step} ends`);
    };
    const onEpoch = ({ epoch }: EpochRecord) => void seen.push(`epoch ${epoch}`);
    await trainShortly({ epochs: 1, logEvery: 1, callbacks: [{ onStep }], onEpoch });
    expect(seen).toEqual([...[1, 2, 3].flatMap((step) => [`${step} begins`, `${step} ends`]), 'epoch 1']);
  });

  test('is logged and shown', async () => {
    const [lines, shown]: [string[], ShownProgress[]] = [[], []];
    const log = (line: string) => void lines.push(line.replace(/\d+\.\d+/g, '#'));
    await trainShortly({
      epochs: 1,
      schedule: () => 1,
      callbacks: [logSteps(log), logEpochs(log), showProgress((each) => shown.push(each), 'retraining')],
    });
    expect(lines).toEqual([
      'epoch 1, step 3 of 3: training loss #, accuracy # %',
      'epoch 1 of 1: training loss #, accuracy # %; validation loss #, accuracy # %; learning rate #',
    ]);
    const total = { label: 'retraining', total: 1, unit: 'epochs' };
    expect(shown).toEqual([
      { ...total, done: 0 },
      { ...total, done: 1 },
    ]);
  });
});
