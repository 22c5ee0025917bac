import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import * as tf from '@tensorflow/tfjs-core';
import { HpoError } from '../../base/errors.ts';
import { makeFolder } from '../../base/made-folder.ts';
import { removeUnused } from '../../base/remove-unused.ts';
import { checkWeights } from './weight-allowance.ts';

const topologyFile = 'model.json';
const weightsFile = 'weights.bin';

/** The weights of a model, as its `model.json` lists them. */
type WeightsGroup = tf.io.WeightsManifestConfig[number] & {
  /**
   * The CRC-32, in eight digits, of the bytes that its files may have together: of the present weights, and of those
   * that were there before, since the files are replaced one by one. Other programs write none.
   */
  readonly checksums?: readonly string[];
};

/**
 * Writes a model as tfjs-node writes it, `model.json` and `weights.bin`, with a checksum of the weights. Existing files
 * are replaced one by one, each in one go.
 *
 * @param folder is made where it is missing.
 * @throws HPO_FOLDER or HPO_DISK where it cannot be made, or takes no files.
 */
export async function writeModelFiles(folder: string, artifacts: tf.io.ModelArtifacts): Promise<tf.io.SaveResult> {
  makeFolder(folder, 'model');
  const { weightData, weightSpecs = [], ...topology } = artifacts;
  const weights = Buffer.from(tf.io.CompositeArrayBuffer.join(weightData));
  const [file, checksum] = [join(folder, weightsFile), checksumOf([weights])];
  const former = await checksumOfFile(file);
  const checksums = former === undefined || former === checksum ? [checksum] : [checksum, former];
  const weightsManifest: WeightsGroup[] = [{ paths: [weightsFile], weights: weightSpecs, checksums }];
  await replace(join(folder, topologyFile), `${JSON.stringify({ ...topology, weightsManifest })}\n`);
  await replace(file, weights);
  return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
}

/** The largest `model.json`: 64 MB. */
const MOST_TOPOLOGY_BYTES = 64 * 2 ** 20;

/** The bytes of one weight, by its type in the file. */
const BYTES: Readonly<Record<string, number>> = { float32: 4, int32: 4, uint16: 2, float16: 2, uint8: 1, bool: 1 };

/**
 * Reads a model in the format of TensorFlow.js, written by any program; its weights may lie in several files. A model
 * of somebody else's reads no file outside its folder, and takes no more memory than the size of its files.
 *
 * @param path the path of the `model.json`, or of its folder.
 * @throws HPO_DATA in one line where there is none, or its files do not fit each other.
 */
export async function readModelFiles(path: string): Promise<tf.io.ModelArtifacts> {
  try {
    const isFolder = (await stat(path)).isDirectory();
    const file = isFolder ? join(path, topologyFile) : path;
    if ((await sizeOf(file, file)) > MOST_TOPOLOGY_BYTES) throw new Error(`${file} is too large for a model`);
    const model = JSON.parse(await readFile(file, 'utf8')) as tf.io.ModelJSON;
    let weights: number | undefined;
    const artifacts = await tf.io.getModelArtifactsForJSON(model, async (manifest) => {
      const paths = manifest.flatMap((group) => group.paths);
      const specs = manifest.flatMap((group) => group.weights);
      const files = paths.map((part) => join(dirname(file), partBelow(part)));
      await checkSize(files, paths, specs);
      weights = specs.reduce((sum, { shape }) => sum + countOf(shape), 0);
      const parts = await Promise.all(files.map((part) => readFile(part)));
      checkChecksum(manifest, paths, parts);
      return [specs, new Uint8Array(Buffer.concat(parts)).buffer];
    });
    await checkWeights(artifacts.modelTopology, weights);
    return artifacts;
  } catch (reason) {
    throw unloadable(path, reason);
  }
}

/** The path of a file of weights, as a model names it: below the model's folder. */
function partBelow(path: unknown): string {
  const isBelow = typeof path === 'string' && !/^[/\\]|^[a-z]:|\0/i.test(path) && !path.split(/[/\\]/).includes('..');
  if (!isBelow) throw new Error(`it names a file of weights that is not in its folder: ${JSON.stringify(path)}`);
  return path;
}

/** Refuses files of weights whose size is not that of the weights, before they are read. */
async function checkSize(
  files: readonly string[],
  names: readonly string[],
  specs: readonly tf.io.WeightsManifestEntry[],
): Promise<void> {
  const sizes = await Promise.all(files.map((part, at) => sizeOf(part, names[at] as string)));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const wanted = specs.reduce((sum, { shape, dtype, quantization }) => {
    return sum + countOf(shape) * (BYTES[quantization?.dtype ?? dtype] ?? Number.NaN);
  }, 0);
  if (bytes !== wanted) throw new Error(`its weights take ${wanted} bytes, and its files have ${bytes}`);
}

/** Refuses weights that are not those that the model was saved with, where it says which those are. */
function checkChecksum(
  [group, ...others]: readonly WeightsGroup[],
  names: readonly string[],
  parts: readonly Uint8Array[],
): void {
  if (group?.checksums === undefined || others.length > 0) return;
  if (group.checksums.includes(checksumOf(parts))) return;
  throw new Error(`${names.join(', ')} is damaged, or belongs to another model: its checksum is another one`);
}

function checksumOf(parts: Iterable<Uint8Array>): string {
  let sum = 0;
  for (const part of parts) sum = crc32(part, sum);
  return checksumText(sum);
}

/** The checksum of a file, which is never all in memory; undefined for one that cannot be read. */
async function checksumOfFile(path: string): Promise<string | undefined> {
  try {
    let sum = 0;
    for await (const part of createReadStream(path)) sum = crc32(part, sum);
    return checksumText(sum);
  } catch {
    return undefined;
  }
}

function checksumText(sum: number): string {
  return sum.toString(16).padStart(8, '0');
}

function countOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * (Number.isSafeInteger(size) && size >= 0 ? size : Number.NaN), 1);
}

/** The size of a file in bytes. A device, which could be read for ever, is refused. @param name stands in messages. */
async function sizeOf(path: string, name: string): Promise<number> {
  const found = await stat(path);
  if (!found.isFile()) throw new Error(`${name} is not a file`);
  return found.size;
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
    await removeUnused(temporary);
    throw error;
  }
}
