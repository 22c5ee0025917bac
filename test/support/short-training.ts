import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { expect } from 'vitest';
import { Rng } from '../../src/base/rng.ts';
import {
  adam,
  BatchNormLayer,
  type Cifar10,
  Conv2DLayer,
  cifar10,
  DropoutLayer,
  device,
  type EpochRecord,
  heInitialise,
  cifar10Normalisation as normalisation,
  split,
  type TrainOptions,
  type TrainResult,
  train,
} from '../../src/training/index.ts';

/** The sample of CIFAR-10, for a training on wasm. */
export async function wasmSample(): Promise<Cifar10> {
  await device({ backend: 'wasm' });
  return cifar10({ folder: 'test/fixtures/cifar10-sample' });
}

/** A net with every kind of layer that is cheap enough for many steps. */
export function smallCnn(seed: number): tfl.LayersModel {
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

/** The options of {@link trainShortly}: those of `train()`, and how the net is built. */
export type ShortOptions = Partial<TrainOptions> & { readonly build?: (seed: number) => tfl.LayersModel };

/** A short training of a fresh net, which is checked to leave no tensor behind. */
export async function trainShortly({ build = smallCnn, ...options }: ShortOptions): Promise<TrainResult> {
  const sample = await wasmSample();
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

/** The figures of epochs but for their duration. */
export const figuresOf = (history: readonly EpochRecord[]) => history.map(({ seconds: _, ...rest }) => rest);
