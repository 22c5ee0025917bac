import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { expect } from 'vitest';
import { Rng } from '../../src/base/rng.ts';
import {
  adamw,
  type BackendName,
  BatchNormLayer,
  Conv2DLayer,
  DropoutLayer,
  device,
  heInitialise,
  memoryImages,
  oneCycle,
  type StepRecord,
  train,
} from '../../src/training/index.ts';
import { folderCheckpoints } from './folder-checkpoints.ts';
import { tempFolder } from './temp-folder.ts';

/** A net with every kind of layer, for images of 6 × 6. */
export function tinyNet(): tfl.LayersModel {
  const model = tfl.sequential({
    layers: [
      new Conv2DLayer({ filters: 3, kernelSize: 3, useBias: false, inputShape: [6, 6, 2] }),
      new BatchNormLayer({ activation: 'relu' }),
      tfl.layers.maxPooling2d({ poolSize: 2 }),
      tfl.layers.flatten(),
      new DropoutLayer({ rate: 0.2, seed: 'a' }),
      tfl.layers.dense({ units: 2 }),
    ],
  });
  heInitialise(model, new Rng('weights'));
  return model;
}

const set = memoryImages({
  pixels: Uint8Array.from({ length: 12 * 72 }, (_, at) => (at * 37) % 256),
  labels: Array.from({ length: 12 }, (_, at) => at % 2),
  imageShape: [6, 6, 2],
  classes: ['a', 'b'],
});
/** A training of {@link tinyNet}, but for the net, its optimizer and its epochs. */
export const tinyTraining = {
  data: {
    train: { set, indices: Uint32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9) },
    validation: { set, indices: Uint32Array.of(10, 11) },
  },
  normalisation: { mean: [0.5, 0.5], deviation: [0.3, 0.3] },
  batchSize: 2,
  seed: 1,
};

/**
 * The figures of steps and epochs, and the weights at the end, of a training on a backend with all that a step may have,
 * which was resumed after two of its four epochs. Checks that no tensor is left.
 */
export async function resumedWithAll(backend: BackendName): Promise<readonly number[]> {
  await device({ backend });
  const before = tf.memory().numTensors;
  const root = tempFolder();
  const steps: StepRecord[] = [];
  const upTo = async (epochs: number, model: tfl.LayersModel) =>
    train({
      ...tinyTraining,
      model,
      optimizer: adamw({ learningRate: 0.01 }),
      schedule: oneCycle(),
      labelSmoothing: 0.1,
      mixup: 0.4,
      gradientClipping: { norm: 0.5 },
      weightAverage: { decay: 0.8, fromStep: 3 },
      restoreBest: true,
      trainEvaluation: true,
      logEvery: 2,
      callbacks: [{ onStep: (record) => void steps.push(record) }],
      checkpoints: await folderCheckpoints(root),
      epochs,
    });
  const [short, long] = [tinyNet(), tinyNet()];
  await upTo(2, short);
  const { history } = await upTo(4, long);
  const weights = await Promise.all(long.getWeights().map((weight) => weight.data()));
  short.dispose();
  long.dispose();
  expect(tf.memory().numTensors).toBe(before);
  return [
    ...steps.flatMap(({ trainLoss, trainAccuracy }) => [trainLoss, trainAccuracy]),
    ...history.flatMap(({ trainLoss, validationLoss, trainEvaluationLoss = 0 }) => [
      trainLoss,
      validationLoss,
      trainEvaluationLoss,
    ]),
    ...weights.flatMap((numbers) => [...numbers]),
  ];
}

/** Expects numbers that differ by less than 1e-3. */
export function expectNear(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [at, number] of expected.entries()) expect(Math.abs((actual[at] as number) - number)).toBeLessThan(1e-3);
}
