import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { tempFolder } from '../../../test/support/temp-folder.ts';
import { device, loadModel, saveModel } from '../index.ts';
import { registerFileRouter } from './file-router.ts';

// Models that somebody else may have written.

interface ModelJson {
  modelTopology: { config: { layers: { class_name: string; config: Record<string, unknown> }[] } };
  weightsManifest: { paths: string[]; weights: { name: string; shape: number[]; dtype: string }[] }[];
}

let folder: string;
let good: string;
beforeAll(async () => {
  await device({ backend: 'cpu' });
  folder = tempFolder();
  const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 3, inputShape: [2] })] });
  await saveModel(model, join(folder, 'good'));
  good = await readFile(join(folder, 'good', 'model.json'), 'utf8');
});

let count = 0;

/** A folder with a changed copy of the good model. */
async function changed(change: (model: ModelJson) => void, weights?: Buffer): Promise<string> {
  const path = join(folder, `model-${++count}`);
  await mkdir(path);
  const model = JSON.parse(good) as ModelJson;
  change(model);
  await writeFile(join(path, 'model.json'), JSON.stringify(model));
  await writeFile(join(path, 'weights.bin'), weights ?? (await readFile(join(folder, 'good', 'weights.bin'))));
  return path;
}

async function refusal(path: string): Promise<string> {
  const tensors = tf.memory().numTensors;
  const error = await loadModel(path).then(
    () => expect.unreachable(),
    (reason: Error & { code?: string }) => reason,
  );
  expect(tf.memory().numTensors).toBe(tensors);
  return `${error.code}: ${error.message.replaceAll(path, 'MODEL')}`;
}

const layer = (model: ModelJson) => model.modelTopology.config.layers.find(({ class_name }) => class_name === 'Dense');
const group = (model: ModelJson) => model.weightsManifest[0] as ModelJson['weightsManifest'][number];
const start = 'HPO_DATA: no model can be loaded from MODEL: ';

describe("somebody else's model", () => {
  it.each(['../good/weights.bin', '/etc/passwd', 'a/../../x', '..\\x', 'C:\\x', '\\\\server\\x', 'a\0b', 7])(
    'reads no file outside its folder: %j',
    async (path) => {
      const problem = `it names a file of weights that is not in its folder: ${JSON.stringify(path)}`;
      expect(await refusal(await changed((model) => (group(model).paths = [path as string])))).toBe(start + problem);
    },
  );

  it('has as many bytes of weights as it says, or is not read', async () => {
    const huge = await changed((model) => ((group(model).weights[0] as { shape: number[] }).shape = [1e9, 1e9]));
    expect(await refusal(huge)).toBe(`${start}its weights take 4000000000000000000 bytes, and its files have 36`);
    const cut = await changed(() => undefined, Buffer.alloc(35));
    expect(await refusal(cut)).toBe(`${start}its weights take 36 bytes, and its files have 35`);
    const odd = await changed((model) => ((group(model).weights[0] as { shape: number[] }).shape = [-2, -3]));
    expect(await refusal(odd)).toBe(`${start}its weights take NaN bytes, and its files have 36`);
  });

  it('makes no more weights than its files hold', async () => {
    for (const units of [4, 2 ** 40]) {
      const wide = await changed((model) => Object.assign(layer(model)?.config ?? {}, { units }));
      expect(await refusal(wide)).toBe(`${start}its layers have more weights than its files`);
      registerFileRouter();
      const routed = tfl.loadLayersModel(`file://${wide}/model.json`);
      await expect(routed).rejects.toThrow('its layers have more weights than its files');
    }
    const bare = await changed((model) => {
      Object.assign(model, { weightsManifest: undefined });
      Object.assign(layer(model)?.config ?? {}, { units: 2 ** 40 });
    });
    expect(await refusal(bare)).toBe(`${start}its layers have more weights than its files`);
    await loadModel(join(folder, 'good')); // is as good as before
    tfl.layers.dense({ units: 2000, inputShape: [2000] }).build([null, 2000]); // and models of one's own
  });

  it('has weights in files, and not in devices', async () => {
    const path = await changed((model) => (group(model).paths = ['zeros']));
    await symlink('/dev/zero', join(path, 'zeros'));
    expect(await refusal(path)).toBe(`${start}zeros is not a file`);
  });

  it('has layers that are known, whatever their names are', async () => {
    for (const name of ['Lambda', '__proto__', 'constructor', 'toString']) {
      const odd = await changed((model) => Object.assign(layer(model) ?? {}, { class_name: name }));
      expect(await refusal(odd)).toMatch(new RegExp(`^${start}.+`));
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('is refused in a line where it is nested without end, or no JSON', async () => {
    const path = await changed(() => undefined);
    await writeFile(join(path, 'model.json'), `{"modelTopology": ${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`);
    expect(await refusal(path)).toMatch(new RegExp(`^${start}.+$`));
    await writeFile(join(path, 'model.json'), good.slice(0, 100));
    expect(await refusal(path)).toMatch(new RegExp(`^${start}.+$`));
  });
});
