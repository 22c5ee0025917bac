import { readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HpoError } from '../../errors.ts';
import type { Normalisation } from '../ops/image-batch.ts';
import { downloadCifar10 } from './cifar10-cache.ts';
import type { ImageSet } from './image-set.ts';
import type { TaskOptions } from './progress.ts';
import { recordBytes } from './record-files.ts';

/** CIFAR-10 (Krizhevsky 2009): 32×32 RGB images of ten classes. A set is read when it is first looked at. */
export interface Cifar10 {
  /** 50,000 images, 5,000 of each class; 154 MB of memory. @throws HPO_DATA if a file of it cannot be right. */
  readonly train: ImageSet;
  /** 10,000 images, 1,000 of each class; 31 MB of memory. @throws HPO_DATA if its file cannot be right. */
  readonly test: ImageSet;
}

export const cifar10Classes = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
] as const;

/** Mean and standard deviation of each channel over the training images' pixels, scaled to 0..1. */
export const cifar10Normalisation: Normalisation = {
  mean: [0.4914, 0.4822, 0.4465],
  deviation: [0.247, 0.2435, 0.2616],
};

export interface Cifar10Options extends TaskOptions {
  /**
   * A folder with binary record files (`data_batch_*.bin`, `test_batch.bin`), complete or a part of the set, taken as
   * it is; default: the environment variable `HPO_CIFAR10`, else the cache, which is filled first where need be.
   */
  readonly folder?: string;
}

const opened = new Map<string, Promise<Cifar10>>();

/**
 * The CIFAR-10 data set. The first call in a process fetches it where it is not in the cache yet (139 MB, once); later
 * calls give the same sets.
 *
 * @throws HPO_DATA in one line when the set cannot be fetched, or a file of it has a size that cannot be right.
 */
export async function cifar10(options: Cifar10Options = {}): Promise<Cifar10> {
  const given = options.folder ?? (process.env.HPO_CIFAR10 || undefined);
  const folder = given ?? (await downloadCifar10(options)).folder;
  const sets = opened.get(folder) ?? open(folder);
  opened.set(folder, sets);
  sets.catch(() => opened.delete(folder));
  return sets;
}

async function open(folder: string): Promise<Cifar10> {
  const names = (await readdir(folder).catch(() => [])).sort();
  const trainNames = names.filter((name) => /^data_batch_\d+\.bin$/.test(name));
  const testNames = names.filter((name) => name === 'test_batch.bin');
  if (trainNames.length === 0 || testNames.length === 0) {
    throw new HpoError('HPO_DATA', `no CIFAR-10 in ${folder}: data_batch_1.bin and test_batch.bin are needed there`, {
      data: { folder },
    });
  }
  const train = await setOf(folder, trainNames);
  const test = await setOf(folder, testNames);
  return {
    get train() {
      return train();
    },
    get test() {
      return test();
    },
  };
}

/** A set of these files, to be read once, when it is needed; their sizes are looked at now. */
async function setOf(folder: string, names: readonly string[]): Promise<() => ImageSet> {
  const paths = names.map((name) => join(folder, name));
  let count = 0;
  for (const path of paths) {
    const { size } = await stat(path);
    if (size % recordBytes !== 0) throw notRecords(path);
    count += size / recordBytes;
  }
  let set: ImageSet | undefined;
  return () => {
    set ??= readSet(paths, count);
    return set;
  };
}

function readSet(paths: readonly string[], count: number): ImageSet {
  const pixels = new Uint8Array(count * (recordBytes - 1));
  const labels = new Uint8Array(count);
  let image = 0;
  for (const path of paths) {
    const records = readFileSync(path);
    for (let start = 0; start < records.length; start += recordBytes, image++) {
      const label = records[start] as number;
      if (label >= cifar10Classes.length) throw notRecords(path);
      labels[image] = label;
      interleave(records.subarray(start + 1, start + recordBytes), pixels, image * (recordBytes - 1));
    }
  }
  return { pixels, labels, imageShape: [32, 32, 3], classes: cifar10Classes };
}

function notRecords(path: string): HpoError {
  return new HpoError('HPO_DATA', `${path} is not a file of CIFAR-10 records: remove it, and it is fetched again`, {
    data: { path },
  });
}

/** Colour planes as pixels, channels last. */
function interleave(planes: Uint8Array, pixels: Uint8Array, start: number): void {
  const planeSize = planes.length / 3;
  for (let pixel = 0, at = start; pixel < planeSize; pixel++, at += 3) {
    pixels[at] = planes[pixel] as number;
    pixels[at + 1] = planes[pixel + planeSize] as number;
    pixels[at + 2] = planes[pixel + 2 * planeSize] as number;
  }
}
