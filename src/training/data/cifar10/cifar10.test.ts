import { copyFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { cifar10 } from './cifar10.ts';
import { cifar10Classes } from './classes.ts';
import { toRecords } from './sources.ts';

const sample = 'test/fixtures/cifar10-sample';
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hpo-cifar10-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('CIFAR-10 from a folder', () => {
  test('has as many images as the files hold', async () => {
    const { train, test: held } = await cifar10({ folder: sample });
    expect([train.labels.length, held.labels.length]).toEqual([512, 256]);
    expect(train.imageShape).toEqual([32, 32, 3]);
  });

  test('has the pixels of the records, channels last, and their labels', async () => {
    const { train } = await cifar10({ folder: sample });
    const records = await readFile(join(sample, 'data_batch_1.bin'));
    const pixels = Uint8Array.from([...train.labels].flatMap((_, index) => [...train.read(index)]));
    expect(toRecords(pixels, [...train.labels]).equals(records)).toBe(true);
    expect([...train.labels.slice(0, 3)].map((label) => cifar10Classes[label])).toEqual(['frog', 'truck', 'truck']);
  });

  test('reads an image as it is drawn, and fails where its file has been cut meanwhile', async () => {
    const { test: held } = await cifar10({ folder: sample });
    const first = held.read(0).slice();
    expect(held.read(255)).not.toEqual(first);
    expect(held.read(0)).toEqual(first);
    const cut = await mkdtemp(join(folder, 'cut-'));
    for (const name of ['data_batch_1.bin', 'test_batch.bin']) await copyFile(join(sample, name), join(cut, name));
    const { train } = await cifar10({ folder: cut });
    await truncate(join(cut, 'data_batch_1.bin'), 5000);
    expect(() => train.read(1)).toThrow(`${join(cut, 'data_batch_1.bin')} is not a file of CIFAR-10 records`);
  });

  test('is opened once', async () => {
    expect(await cifar10({ folder: sample })).toBe(await cifar10({ folder: sample }));
  });

  describe('named by the environment', () => {
    afterEach(() => {
      delete process.env.HPO_CIFAR10;
    });
    test('is taken where no folder is given', async () => {
      process.env.HPO_CIFAR10 = sample;
      expect((await cifar10()).train.labels.length).toBe(512);
    });
  });

  test('files that cannot be right are named in one line', async () => {
    await expect(cifar10({ folder: 'no/such/folder' })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[HpoError: no CIFAR-10 in no/such/folder: data_batch_1.bin and test_batch.bin are needed there]`,
    );
    for (const name of ['data_batch_1.bin', 'test_batch.bin']) await copyFile(join(sample, name), join(folder, name));
    await truncate(join(folder, 'test_batch.bin'), 5000);
    const expected = `${join(folder, 'test_batch.bin')} is not a file of CIFAR-10 records`;
    await expect(cifar10({ folder })).rejects.toThrow(expected);
    await writeFile(join(folder, 'test_batch.bin'), Buffer.alloc(3073, 10));
    await expect(cifar10({ folder })).rejects.toThrow(expected);
  });
});
