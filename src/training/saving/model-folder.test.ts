import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { imageBatch } from '../images/image-batch.ts';
import {
  adam,
  type BackendName,
  cifar10,
  device,
  loadModel,
  cifar10Normalisation as normalisation,
  saveModel,
  searchedCnn,
  split,
  train,
} from '../index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hpo-model-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Logits of the first test images, from the model in a folder. */
async function predict(backend: BackendName, path: string): Promise<Float32Array> {
  await device({ backend });
  const { test: images } = await cifar10({ folder: 'test/fixtures/cifar10-sample' });
  const model = await loadModel(path);
  const before = tf.memory().numTensors;
  const logits = tf.tidy(() => {
    const first = Uint32Array.from({ length: 3 }, (_, at) => at);
    return model.apply(imageBatch(images, first, normalisation)) as tf.Tensor;
  });
  const values = await logits.data<'float32'>();
  logits.dispose();
  expect(tf.memory().numTensors).toBe(before);
  model.dispose();
  return values;
}

test.each(['cpu', 'wasm'] as const)('a model saved on %s predicts the same on every backend', async (backend) => {
  await device({ backend });
  const { train: images } = await cifar10({ folder: 'test/fixtures/cifar10-sample' });
  const model = searchedCnn({ fc1: 16, fc2: 8, dropout: 0.3, seed: 1 });
  const data = split(images, { train: 2, validation: 1 }, 1);
  await train({ model, optimizer: adam(), data, normalisation, batchSize: 2, epochs: 1, seed: 1 });
  const path = join(folder, backend);
  await saveModel(model, path);
  const batch = imageBatch(images, Uint32Array.of(0), normalisation);
  const direct = await (model.apply(batch) as tf.Tensor).data();
  model.dispose();
  expect((await readdir(path)).sort()).toEqual(['model.json', 'weights.bin']);

  const loaded = await loadModel(path);
  expect(await (loaded.apply(batch) as tf.Tensor).data()).toEqual(direct);

  const [onCpu, onWasm] = [await predict('cpu', path), await predict('wasm', path)];
  for (const [at, value] of onCpu.entries()) expect(onWasm[at]).toBeCloseTo(value, 4);
});

test('a loaded model trains on as if it had never been saved', async () => {
  await device({ backend: 'wasm' });
  const { train: images } = await cifar10({ folder: 'test/fixtures/cifar10-sample' });
  const model = searchedCnn({ fc1: 16, fc2: 8, dropout: 0.3, seed: 1 });
  await saveModel(model, join(folder, 'fresh'));
  const loaded = await loadModel(join(folder, 'fresh'));
  const options = {
    data: split(images, { train: 64, validation: 16 }, 1),
    normalisation,
    batchSize: 16,
    epochs: 1,
    seed: 1,
  };
  const original = await train({ model, optimizer: adam(), ...options });
  const resumed = await train({ model: loaded, optimizer: adam(), ...options });
  expect(resumed.last.validationLoss).toBe(original.last.validationLoss);
});

test('a folder without a model is named in one line', async () => {
  await expect(loadModel('no/such/folder')).rejects.toThrowErrorMatchingInlineSnapshot(
    `[HpoError: no model can be loaded from no/such/folder: ENOENT: no such file or directory, stat 'no/such/folder']`,
  );
});
