import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { imageBatch } from '../images/image-batch.ts';
import {
  adam,
  type Cifar10,
  cifar10,
  device,
  loadModel,
  cifar10Normalisation as normalisation,
  plainCnn,
  resnet9,
  saveModel,
  searchedCnn,
  train,
} from '../index.ts';

let sample: Cifar10;

beforeAll(async () => {
  await device({ backend: 'wasm' });
  sample = await cifar10({ folder: 'test/fixtures/cifar10-sample' });
});

// The counts of trained weights are those of the same nets in PyTorch: bench/peer/networks.py.
describe.each([
  { name: 'searchedCnn', build: () => searchedCnn({ fc1: 128, fc2: 64, dropout: 0, seed: 1 }), trained: 207_006 },
  { name: 'plainCnn', build: () => plainCnn({ dropout: 0, seed: 1 }), trained: 1_147_914 },
  { name: 'resnet9', build: () => resnet9({ seed: 1 }), trained: 6_573_120 },
])('$name', ({ build, trained }) => {
  const first = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, at) => at);

  test('has its shapes and its number of weights', () => {
    const model = build();
    expect(model.inputs[0]?.shape).toEqual([null, 32, 32, 3]);
    expect(model.outputShape).toEqual([null, 10]);
    const sizes = model.trainableWeights.map(({ shape }) => tf.util.sizeFromShape(shape as number[]));
    expect(sizes.reduce((sum, size) => sum + size)).toBe(trained);
    model.dispose();
  });

  test('learns in every weight: one step lowers the loss of its batch, and no tensor is left', async () => {
    const before = tf.memory().numTensors;
    const model = build();
    const read = () => model.getWeights().map((weight) => weight.dataSync().slice());
    const start = read();
    const images = { set: sample.train, indices: first(8) };
    const { history } = await train({
      model,
      optimizer: adam({ learningRate: 1e-4 }),
      data: { train: images, validation: images },
      normalisation,
      batchSize: 8,
      epochs: 2, // of one step each
      seed: 1,
    });
    expect(history[1]?.trainLoss).toBeLessThan(history[0]?.trainLoss ?? 0);
    const isUnchanged = read().map((weight, at) => weight.every((value, index) => value === start[at]?.[index]));
    expect(isUnchanged).not.toContain(true);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('is saved and loaded with the same logits', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hpo-models-'));
    try {
      const model = build();
      await saveModel(model, folder);
      const loaded = await loadModel(folder);
      const batch = imageBatch(sample.test, first(2), normalisation);
      const logits = [model, loaded].map((either) => (either.apply(batch) as tf.Tensor).arraySync() as number[][]);
      expect(logits[0]?.flat().every(Number.isFinite)).toBe(true);
      expect(logits[1]).toEqual(logits[0]);
      model.dispose();
      loaded.dispose();
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
