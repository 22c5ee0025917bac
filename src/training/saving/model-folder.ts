import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { registerLayers } from '../layers/register.ts';
import { readModelFiles, unloadable, writeModelFiles } from './model-files.ts';

/**
 * Saves a model as a folder in the layers format of TensorFlow.js: `model.json` and `weights.bin`. It can be loaded on
 * every backend. An existing model is replaced file by file, each in one go.
 *
 * @param folder is made where it is missing.
 * @throws HPO_FOLDER or HPO_DISK where it cannot be made, or takes no files.
 */
export async function saveModel(model: tfl.LayersModel, folder: string): Promise<void> {
  await model.save(tf.io.withSaveHandler((artifacts) => writeModelFiles(folder, artifacts)));
}

/**
 * Loads a model that {@link saveModel} saved, on the current backend.
 *
 * @throws HPO_DATA when the folder holds no such model.
 */
export async function loadModel(folder: string): Promise<tfl.LayersModel> {
  registerLayers();
  try {
    return await tfl.loadLayersModel({ load: () => readModelFiles(folder) });
  } catch (reason) {
    throw unloadable(folder, reason);
  }
}
