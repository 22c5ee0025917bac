import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import { tempFolder } from '../../../test/support/temp-folder.ts';
import { type BackendName, DropoutLayer, device, loadModel } from '../index.ts';

function model(): tfl.LayersModel {
  const layers = [
    tfl.layers.dense({ units: 3, inputShape: [4], activation: 'relu' }),
    tfl.layers.batchNormalization(),
    new DropoutLayer({ rate: 0.5, seed: '1' }),
    tfl.layers.dense({ units: 1 }),
  ];
  return tfl.sequential({ layers });
}

const predicted = (of: tfl.LayersModel) => (of.predict(tf.ones([2, 4])) as tf.Tensor).data();

describe.each(['cpu', 'wasm'] satisfies BackendName[])("on %s, tfjs's own file://", (backend) => {
  test('saves what it loads, and what loadModel does', async () => {
    await device({ backend });
    const folder = join(tempFolder(), 'a b', 'model');
    const saved = model();
    const { modelArtifactsInfo } = await saved.save(`file://${folder}`);
    expect(modelArtifactsInfo.weightDataBytes).toBe(4 * (4 * 3 + 3 + 4 * 3 + 3 + 1));
    const expected = await predicted(saved);
    for (const loaded of [await tfl.loadLayersModel(`file://${folder}/model.json`), await loadModel(folder)]) {
      expect(await predicted(loaded)).toEqual(expected);
    }
  });
});

test('a model goes on with the optimizer that it was saved with, in place of another', async () => {
  await device({ backend: 'wasm' });
  const folder = tempFolder();
  await writeFile(join(folder, 'model.json'), 'an older one');
  const trained = model();
  trained.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  await trained.fit(tf.ones([8, 4]), tf.ones([8, 1]), { verbose: 0 });
  await trained.save(`file://${folder}`, { includeOptimizer: true });
  const { trainingConfig, weightsManifest } = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8'));
  expect(trainingConfig).toMatchObject({ loss: 'mean_squared_error', optimizer_config: { class_name: 'SGD' } });
  expect(weightsManifest[0].paths).toEqual(['weights.bin']);
  const loaded = await tfl.loadLayersModel(`file://${folder}/model.json`);
  expect((await loaded.fit(tf.ones([8, 4]), tf.ones([8, 1]), { verbose: 0 })).history.loss).toHaveLength(1);
});

test('weights in several files are put together', async () => {
  await device({ backend: 'cpu' });
  const folder = tempFolder();
  const saved = model();
  await saved.save(`file://${folder}`);
  const weights = await readFile(join(folder, 'weights.bin'));
  const json = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8'));
  json.weightsManifest[0].paths = ['1', '2'];
  await writeFile(join(folder, '1'), weights.subarray(0, 10));
  await writeFile(join(folder, '2'), weights.subarray(10));
  await writeFile(join(folder, 'model.json'), JSON.stringify(json));
  expect(await predicted(await tfl.loadLayersModel(`file://${folder}/model.json`))).toEqual(await predicted(saved));
});

test('a missing file is named in one line', async () => {
  await expect(tfl.loadLayersModel('file://no/such/model.json')).rejects.toThrowErrorMatchingInlineSnapshot(
    `[HpoError: no model can be loaded from no/such/model.json: ENOENT: no such file or directory, stat 'no/such/model.json']`,
  );
});

test("another router for the same path, tfjs-node's, is used instead", async () => {
  const theirs = { save: () => Promise.reject(new Error('theirs')) };
  tf.io.registerSaveRouter((url) => (url === 'file://theirs' ? theirs : null) as tf.io.IOHandler);
  expect(tf.io.getSaveHandlers('file://theirs')).toEqual([theirs]);
  expect(tf.io.getSaveHandlers('file://ours')).toHaveLength(1);
});
