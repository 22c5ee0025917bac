import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { HpoError } from '../../base/errors.ts';
import { makeFolder } from '../../base/made-folder.ts';
import { registerLayers } from '../layers/register.ts';

const topologyFile = 'model.json';
const weightsFile = 'weights.bin';

/**
 * Saves a model as a folder in the layers format of TensorFlow.js: `model.json` and `weights.bin`. It can be loaded on
 * every backend. An existing model is replaced file by file, each in one go.
 *
 * @param folder is made where it is missing.
 * @throws HPO_FOLDER or HPO_DISK where it cannot be made, or takes no files.
 */
export async function saveModel(model: tfl.LayersModel, folder: string): Promise<void> {
  makeFolder(folder, 'model');
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      const { modelTopology, format, generatedBy, convertedBy, weightSpecs, weightData } = artifacts;
      const weightsManifest = [{ paths: [weightsFile], weights: weightSpecs }];
      const bytes = Buffer.from(tf.io.CompositeArrayBuffer.join(weightData));
      const topology = { format, generatedBy, convertedBy, modelTopology, weightsManifest };
      await replace(join(folder, weightsFile), bytes);
      await replace(join(folder, topologyFile), `${JSON.stringify(topology)}\n`);
      return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
    }),
  );
}

/**
 * Loads a model that {@link saveModel} saved, on the current backend.
 *
 * @throws HPO_DATA when the folder holds no such model.
 */
export async function loadModel(folder: string): Promise<tfl.LayersModel> {
  registerLayers();
  try {
    const topology = JSON.parse(await readFile(join(folder, topologyFile), 'utf8')) as tf.io.ModelJSON;
    const weights = await readFile(join(folder, weightsFile));
    const weightData = new Uint8Array(weights).buffer;
    const weightSpecs = topology.weightsManifest.flatMap((group) => group.weights);
    const { modelTopology } = topology;
    return await tfl.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }));
  } catch (reason) {
    const detail = reason instanceof Error ? reason.message.split('\n')[0] : String(reason);
    throw new HpoError('HPO_DATA', `no model can be loaded from ${folder}: ${detail}`, { cause: reason });
  }
}

async function replace(path: string, content: string | Buffer): Promise<void> {
  await writeFile(`${path}.partial`, content);
  await rename(`${path}.partial`, path);
}
