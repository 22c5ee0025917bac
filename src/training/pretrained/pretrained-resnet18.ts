import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { HpoError } from '../../base/errors.ts';
import { folderProblem, makeFolder } from '../../base/made-folder.ts';
import { refusal, shown } from '../../base/option-checks.ts';
import { device } from '../backend/device.ts';
import { cacheFolder } from '../cache-folder.ts';
import { download } from '../data/download.ts';
import type { TaskOptions } from '../data/progress.ts';
import type { Normalisation } from '../images/normalisation.ts';
import { emptyResnet18, type ResNet18Options } from '../models/resnet18.ts';
import { readSafetensors } from '../saving/safetensors.ts';
import { setTorchWeights } from '../saving/torch-weights.ts';

/** The weights of a ResNet-18 in hpo's cache. */
export interface PretrainedStatus {
  /** The path of the file. */
  readonly file: string;
  readonly isPresent: boolean;
  /** The file or address that it was taken from; absent while it is missing. */
  readonly source?: string;
  /** The file's SHA-256 in hexadecimal digits; absent while it is missing. */
  readonly sha256?: string;
}

/** The options of {@link storeResnet18}. */
export interface StoreOptions extends TaskOptions {
  /** The path of a .safetensors file, or its http(s) address. */
  readonly from: string;
  /** The SHA-256 that its publisher names, in hexadecimal digits. */
  readonly sha256: string;
}

/** The shape of the images, and the size to which they are resized. */
export type PretrainedOptions = Pick<ResNet18Options, 'imageShape' | 'resizeTo'>;

/** The expected size of the file, for the progress where a server names none. */
const usualBytes = 46_800_000;

const refuse = refusal('HPO_INVALID_ARGUMENT', 'storeResnet18()');

/** Whether the cache has the weights of a ResNet-18. */
export async function resnet18Status(): Promise<PretrainedStatus> {
  const file = cachedFile();
  const isPresent = await stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
  const note = isPresent ? await readFile(noteOf(file), 'utf8').catch(() => undefined) : undefined;
  return { file, isPresent, ...(note === undefined ? {} : (JSON.parse(note) as { source: string; sha256: string })) };
}

/**
 * Puts weights of a ResNet-18 (those of torchvision, or of another file with the same names) into the cache, in place
 * of earlier ones, once their sum and every shape are right.
 *
 * @throws HpoError HPO_INVALID_ARGUMENT for a `sha256` that is none; HPO_DATA in one line where the file cannot be read
 *   or fetched, has another sum, or lacks a layer; HPO_FOLDER or HPO_DISK where the cache takes no files.
 */
export async function storeResnet18({ from, sha256, ...task }: StoreOptions): Promise<PretrainedStatus> {
  const wanted = sha256.trim().toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(wanted)) refuse(`\`sha256\` is ${shown(sha256)}; give 64 hexadecimal digits.`);
  const source = isAddress(from) ? from : resolve(from);
  const stream = await opened(source, task); // first, so that a mistake leaves nothing behind
  const folder = makeFolder(cacheFolder('resnet18'), 'cache');
  const partial = join(folder, `${randomUUID()}.partial`);
  try {
    const sum = await copied(stream, source, partial, task.signal);
    if (sum !== wanted) {
      throw new HpoError(
        'HPO_DATA',
        `${source} is not the file that was named: its SHA-256 is ${sum}, not ${wanted}.`,
        {
          data: { source, sum, wanted },
        },
      );
    }
    const model = await modelOf(partial, source, {});
    model.dispose();
    const file = cachedFile();
    await rename(partial, file);
    await writeFile(noteOf(file), `${JSON.stringify({ source, sha256: sum })}\n`);
    return await resnet18Status();
  } catch (error) {
    throw folderProblem(folder, 'cache', error) ?? error;
  } finally {
    await rm(partial, { force: true });
  }
}

/**
 * A ResNet-18 with the weights that `hpo data resnet18` has put into the cache: all of them, the last layer for the
 * classes that it was trained on (1,000 of ImageNet) too. Freeze it by `trainable = false`. Its images have the
 * normalisation {@link imagenetNormalisation}, and torchvision's weights were trained on 224×224 ones: give
 * `resizeTo: 224` for smaller ones.
 *
 * @returns the model, which the caller disposes of; undefined where the cache has no weights.
 */
export async function pretrainedResnet18(options: PretrainedOptions = {}): Promise<tfl.LayersModel | undefined> {
  const { isPresent, file } = await resnet18Status();
  return isPresent ? modelOf(file, file, options) : undefined;
}

/** A ResNet-18 with the weights of a file. @param source names the file in messages. */
async function modelOf(path: string, source: string, options: PretrainedOptions): Promise<tfl.LayersModel> {
  if (!tf.getBackend()) await device({ backend: 'cpu' }); // a model needs one, and any does
  const tensors = await readSafetensors(path).catch((error: unknown) => {
    throw HpoError.is(error)
      ? new HpoError(error.code, error.message.replaceAll(path, source), { cause: error })
      : error;
  });
  const classes = tensors.get('fc.weight')?.shape[0];
  const model = emptyResnet18({ ...options, ...(classes !== undefined && classes >= 2 && { classes }) });
  try {
    setTorchWeights(model, tensors, source);
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** The bytes of a file, or of an address. */
async function opened(source: string, task: TaskOptions): Promise<Readable> {
  if (isAddress(source)) {
    return download(source, usualBytes, 'ResNet-18', task).catch((error: Error) => {
      task.signal?.throwIfAborted();
      throw new HpoError('HPO_DATA', `${source} could not be fetched: ${error.message}.`, { cause: error });
    });
  }
  const file = await open(source, 'r').catch((error: NodeJS.ErrnoException) => {
    throw unreadable(source, error.code === 'ENOENT' ? 'there is no such file' : error.message, error);
  });
  return file.createReadStream();
}

/** Copies a stream into a file. @returns its SHA-256. */
async function copied(stream: Readable, source: string, to: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, forward) {
      hash.update(chunk);
      forward(null, chunk);
    },
  });
  let failure: Error | undefined;
  stream.once('error', (error: Error) => {
    failure = error;
  });
  try {
    await pipeline(stream, meter, createWriteStream(to, { flags: 'wx' }), signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw error === failure ? unreadable(source, (error as Error).message, error) : error;
  }
  return hash.digest('hex');
}

const unreadable = (source: string, why: string, cause: unknown): HpoError =>
  new HpoError('HPO_DATA', `${source} could not be read: ${why}.`, { cause });

const isAddress = (from: string): boolean => /^https?:\/\//.test(from);

const cachedFile = (): string => cacheFolder('resnet18', 'resnet18.safetensors');

const noteOf = (file: string): string => `${file}.json`;

/** Mean and standard deviation of each channel of ImageNet, by which torchvision's weights were trained. */
export const imagenetNormalisation: Normalisation = {
  mean: [0.485, 0.456, 0.406],
  deviation: [0.229, 0.224, 0.225],
};
