import { createHash, randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { folderProblem, makeFolder } from '../../base/made-folder.ts';
import { cacheFolder } from '../cache-folder.ts';
import { type Features, type FeaturesOptions, features } from '../insight/features.ts';
import { modelWeights, numbersOf } from '../loop/model-weights.ts';
import { bytesOf, readTensorFile, writeTensorFile } from '../saving/tensor-file.ts';

/** A row of features for each image, and its class from 0. */
export interface LabelledFeatures {
  readonly features: Features;
  readonly labels: ArrayLike<number> & Iterable<number>;
}

const format = 'hpo-features-1';

/**
 * The outputs of one layer for images, as `features()` computes them, kept in hpo's cache: the second call with the same
 * weights, images and normalisation reads them, in whatever process. A file has 4 bytes a number (92 MB for 45,000
 * images of 512 features); it may be removed at any time, and a damaged one is computed again.
 *
 * @param name tells sets of images apart: `cifar10`. Models (by their weights), layers, images of a set (by their
 *   numbers) and normalisations are distinguished without it.
 * @throws HpoError as `features()` does; HPO_FOLDER or HPO_DISK where the cache takes no files.
 */
export async function keptFeatures(name: string, options: FeaturesOptions): Promise<LabelledFeatures> {
  const { set, indices } = options.data;
  const labels = Uint16Array.from(indices, (index) => set.labels[index] as number);
  const folder = makeFolder(cacheFolder('features'), 'cache');
  const file = join(folder, `${await keyOf(name, options)}.safetensors`);
  const kept = await readTensorFile(file, format, () => {}).then(
    ({ tensors }) => tensors.get('features'),
    () => undefined, // there is none, or it is damaged
  );
  if (kept?.values instanceof Float32Array && kept.shape[0] === indices.length) {
    return { features: { values: kept.values, shape: kept.shape as Features['shape'] }, labels };
  }
  const computed = await features(options);
  const partial = `${file}.${randomUUID()}`;
  try {
    const tensor = { shape: [...computed.shape], values: computed.values };
    await writeTensorFile(partial, format, name, new Map([['features', tensor]]));
    await rename(partial, file);
  } catch (error) {
    throw folderProblem(folder, 'cache', error) ?? error;
  } finally {
    await rm(partial, { force: true });
  }
  return { features: computed, labels };
}

/** A text that is the same for the same features. */
async function keyOf(name: string, { model, layer, data, normalisation }: FeaturesOptions): Promise<string> {
  const weights = modelWeights(model);
  const hash = createHash('sha256');
  const shape = model.inputs[0]?.shape;
  hash.update(JSON.stringify([name, layer, shape, normalisation, weights.map(({ kind }) => kind)]));
  hash.update(bytesOf(Int32Array.from(data.indices)));
  for (const numbers of await numbersOf(weights.map(({ variable }) => variable))) hash.update(bytesOf(numbers));
  return hash.digest('hex').slice(0, 32);
}
