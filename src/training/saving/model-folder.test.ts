import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

describe('weights that are not those of the model', () => {
  const newModel = (seed: number) => searchedCnn({ fc1: 16, fc2: 8, dropout: 0.3, seed });
  const weightsOf = (path: string) => join(path, 'weights.bin');
  const topologyOf = (path: string) => join(path, 'model.json');

  test('are refused in one line', async () => {
    await device({ backend: 'cpu' });
    const path = join(folder, 'damaged');
    await saveModel(newModel(1), path);
    const weights = await readFile(weightsOf(path));
    weights[weights.length >> 1] = (weights[weights.length >> 1] as number) ^ 1;
    await writeFile(weightsOf(path), weights);
    await expect(loadModel(path)).rejects.toMatchObject({
      code: 'HPO_DATA',
      message: `no model can be loaded from ${path}: weights.bin is damaged, or belongs to another model: its checksum is another one`,
    });
  });

  test('are read where the model does not say which they are, as in folders of other programs', async () => {
    await device({ backend: 'cpu' });
    const path = join(folder, 'old');
    await saveModel(newModel(1), path);
    const model = JSON.parse(await readFile(topologyOf(path), 'utf8'));
    expect(model.weightsManifest[0].checksums).toEqual([expect.stringMatching(/^[0-9a-f]{8}$/)]);
    delete model.weightsManifest[0].checksums;
    await writeFile(topologyOf(path), JSON.stringify(model));
    expect((await loadModel(path)).getWeights().length).toBeGreaterThan(0);
  });

  test('are those before, where the process ended between the two files', async () => {
    await device({ backend: 'cpu' });
    const path = join(folder, 'replaced');
    const former = newModel(1);
    await saveModel(former, path);
    await copyFile(weightsOf(path), join(folder, 'former'));
    await saveModel(newModel(2), path);
    await copyFile(join(folder, 'former'), weightsOf(path));
    const loaded = await loadModel(path);
    const numbers = (model: tfl.LayersModel) => model.getWeights().map((weight) => weight.dataSync());
    expect(numbers(loaded)).toEqual(numbers(former));
  });
});
