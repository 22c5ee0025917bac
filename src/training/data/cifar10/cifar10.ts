import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HpoError } from '../../../base/errors.ts';
import { readEnvironment } from '../../environment.ts';
import type { ImageSet } from '../../images/image-set.ts';
import type { Normalisation } from '../../images/normalisation.ts';
import type { TaskOptions } from '../progress.ts';
import { RecordSet } from '../record-set.ts';
import { downloadCifar10 } from './cache.ts';

/** CIFAR-10 (Krizhevsky 2009): 32×32 RGB images of ten classes. The images stay in their files. */
export interface Cifar10 {
  /** 50,000 images, 5,000 of each class. */
  readonly train: ImageSet;
  /** 10,000 images, 1,000 of each class. */
  readonly test: ImageSet;
}

/** Mean and standard deviation of each channel over the training images' pixels, scaled to 0..1. */
export const cifar10Normalisation: Normalisation = {
  mean: [0.4914, 0.4822, 0.4465],
  deviation: [0.247, 0.2435, 0.2616],
};

/** The options of {@link cifar10}. */
export interface Cifar10Options extends TaskOptions {
  /**
   * A folder with binary record files (`data_batch_*.bin`, `test_batch.bin`), complete or a part of the set, used
   * unchanged. Default: the environment variable `HPO_CIFAR10`, else the cache, which is filled first if necessary.
   */
  readonly folder?: string;
}

const opened = new Map<string, Promise<Cifar10>>();

/**
 * The CIFAR-10 data set. The first call in a process fetches it if it is not in the cache yet (139 MB, once); later
 * calls return the same sets.
 *
 * @throws HPO_DATA in one line when the set cannot be fetched, or a file of it cannot be right.
 */
export async function cifar10(options: Cifar10Options = {}): Promise<Cifar10> {
  const given = options.folder ?? readEnvironment().cifar10;
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
  const setOf = (some: readonly string[]) => new RecordSet(some.map((name) => join(folder, name)));
  return Object.freeze({ train: setOf(trainNames), test: setOf(testNames) });
}
