import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A file of labelled images in the binary format of CIFAR-10, with its size and its sum. */
export interface RecordFile {
  readonly name: string;
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** 1 label byte, then 1,024 red, 1,024 green and 1,024 blue bytes, each row by row. */
export const recordBytes = 1 + 3 * 1024;

const fileBytes = 10_000 * recordBytes;

/** The official binary files of CIFAR-10 (Krizhevsky 2009): five of training images, one of test images. */
export const officialFiles: readonly RecordFile[] = [
  {
    name: 'data_batch_1.bin',
    bytes: fileBytes,
    sha256: 'cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5',
  },
  {
    name: 'data_batch_2.bin',
    bytes: fileBytes,
    sha256: 'a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed',
  },
  {
    name: 'data_batch_3.bin',
    bytes: fileBytes,
    sha256: 'bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67',
  },
  {
    name: 'data_batch_4.bin',
    bytes: fileBytes,
    sha256: '014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48',
  },
  {
    name: 'data_batch_5.bin',
    bytes: fileBytes,
    sha256: '755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add',
  },
  {
    name: 'test_batch.bin',
    bytes: fileBytes,
    sha256: '8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b',
  },
];

/** The state of a file in the cache; content is compared only by a thorough look. */
export type FileState = 'present' | 'missing' | 'wrong size' | 'wrong content';

/** Looks at a file's size; reads its content only when `isThorough`. */
export async function fileState(folder: string, file: RecordFile, isThorough: boolean): Promise<FileState> {
  const path = join(folder, file.name);
  const found = await stat(path).catch(() => undefined);
  if (!found) return 'missing';
  if (found.size !== file.bytes) return 'wrong size';
  if (!isThorough) return 'present';
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex') === file.sha256 ? 'present' : 'wrong content';
}
