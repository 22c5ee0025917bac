import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { HpoError } from '../../base/errors.ts';
import { makeFolder } from '../../base/made-folder.ts';

const topologyFile = 'model.json';
const weightsFile = 'weights.bin';

/**
 * Writes a model as tfjs-node writes it, `model.json` and `weights.bin`. Existing files are replaced one by one, each
 * in one go.
 *
 * @param folder is made where it is missing.
 * @throws HPO_FOLDER or HPO_DISK where it cannot be made, or takes no files.
 */
export async function writeModelFiles(folder: string, artifacts: tf.io.ModelArtifacts): Promise<tf.io.SaveResult> {
  makeFolder(folder, 'model');
  const { weightData, weightSpecs = [], ...topology } = artifacts;
  const weights = Buffer.from(tf.io.CompositeArrayBuffer.join(weightData));
  const weightsManifest = [{ paths: [weightsFile], weights: weightSpecs }];
  await replace(join(folder, weightsFile), weights);
  await replace(join(folder, topologyFile), `${JSON.stringify({ ...topology, weightsManifest })}\n`);
  return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
}

/**
 * Reads a model in the format of TensorFlow.js, written by any program; its weights may lie in several files.
 *
 * @param path the path of the `model.json`, or of its folder.
 * @throws HPO_DATA in one line where there is none.
 */
export async function readModelFiles(path: string): Promise<tf.io.ModelArtifacts> {
  try {
    const isFolder = (await stat(path)).isDirectory();
    const file = isFolder ? join(path, topologyFile) : path;
    const model = JSON.parse(await readFile(file, 'utf8')) as tf.io.ModelJSON;
    return await tf.io.getModelArtifactsForJSON(model, async (manifest) => {
      const paths = manifest.flatMap((group) => group.paths);
      const parts = await Promise.all(paths.map((part) => readFile(join(dirname(file), part))));
      return [manifest.flatMap((group) => group.weights), new Uint8Array(Buffer.concat(parts)).buffer];
    });
  } catch (reason) {
    throw unloadable(path, reason);
  }
}

/** The error of a model that cannot be loaded: HPO_DATA. */
export function unloadable(path: string, reason: unknown): HpoError {
  if (HpoError.is(reason)) return reason;
  // tfjs takes the content of a file for granted, so that a wrong one ends in an error about its own code.
  const isDamage = reason instanceof TypeError || reason instanceof RangeError;
  const words = reason instanceof Error ? reason.message.split('\n')[0] : String(reason);
  const detail = isDamage ? `its ${topologyFile} is damaged` : words;
  return new HpoError('HPO_DATA', `no model can be loaded from ${path}: ${detail}`, { cause: reason });
}

async function replace(path: string, content: string | Buffer): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, content, { flush: true }); // else a power loss could leave a file without content
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
