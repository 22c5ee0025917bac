import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { device, pretrainedResnet18, storeResnet18 } from '../../src/training/index.ts';
import { runHpo, temporaryFolder } from '../support/run-hpo.ts';

const local = join(import.meta.dirname, '../../.venv/bin/python');
const python = process.env.HPO_TORCH_PYTHON ?? (existsSync(local) ? local : '');
const script = join(import.meta.dirname, 'python/write_resnet18.py');
const hasTorch =
  python !== '' &&
  spawnSync(python, [
    '-c',
    'import torch, safetensors, sys, importlib.util; sys.exit(not importlib.util.find_spec("torchvision"))',
  ]).status === 0;
const title = hasTorch ? '' : ' (skipped: no Python with torch, torchvision and safetensors)';

describe.skipIf(!hasTorch)(`weights that Python wrote by safetensors${title}`, () => {
  let folder: string;
  let expected: { readonly logits: number[][]; readonly half: number[][] };
  const sum = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

  beforeAll(async () => {
    folder = temporaryFolder();
    const { stdout, stderr } = spawnSync(python, [script, folder], { encoding: 'utf8' });
    if (stdout === '') throw new Error(stderr);
    expected = JSON.parse(stdout) as typeof expected;
    process.env.HPO_CACHE = join(folder, 'cache');
    await device({ backend: 'wasm' });
  }, 300_000); // Python takes seconds to import torch, and many on a busy machine

  /** The logits that the model of the cache gives for the images of the script. */
  async function logits(): Promise<number[][]> {
    const model = await pretrainedResnet18({ imageShape: [40, 36, 3] });
    const images = tf.tidy(() => {
      const first = tf.sin(tf.linspace(-2, 2, 2 * 3 * 40 * 36));
      return tf.transpose(tf.reshape(first, [2, 3, 40, 36]), [0, 2, 3, 1]);
    });
    return ((model as tfl.LayersModel).apply(images) as tf.Tensor).arraySync() as number[][];
  }

  function expectNear(actual: number[][], numbers: number[][]): void {
    const differences = numbers.flat().map((number, at) => Math.abs(number - (actual.flat()[at] as number)));
    expect(actual.flat()).toHaveLength(2 * 7);
    expect(Math.max(...differences) / Math.max(...numbers.flat().map(Math.abs))).toBeLessThan(1e-4);
  }

  it('are stored by hpo data, from a file and from an address, and give the same logits as in PyTorch', async () => {
    const run = (...args: string[]) =>
      runHpo(['data', 'resnet18', ...args], { cwd: folder, env: { HPO_CACHE: join(folder, 'cache') } });
    const none = await run();
    expect([none.code, none.stdout.split('\n')[0]]).toEqual([
      2,
      'ResNet-18 has no weights: name a file by --from and --sha256',
    ]);
    const file = join(folder, 'resnet18.safetensors');
    const stored = await run('--from', 'resnet18.safetensors', '--sha256', sum(file).toUpperCase());
    expect(stored).toEqual({
      code: 0,
      stderr: '',
      stdout: `ResNet-18 has weights\n  file    ${folder}/cache/resnet18/resnet18.safetensors\n  source  ${file}\n  sha256  ${sum(file)}\n`,
    });
    expectNear(await logits(), expected.logits);

    const half = join(folder, 'half.safetensors');
    const server = createServer((_, response) => response.end(readFileSync(half)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const from = `http://127.0.0.1:${(server.address() as AddressInfo).port}/half.safetensors`;
      await storeResnet18({ from, sha256: sum(half) });
    } finally {
      server.close();
    }
    expectNear(await logits(), expected.half);
  });

  it('are refused in a line where they are not those that were named, or do not fit, and the old ones stay', async () => {
    const before = sum(join(folder, 'cache/resnet18/resnet18.safetensors'));
    const store = (name: string, sha256 = sum(join(folder, name))) =>
      storeResnet18({ from: join(folder, name), sha256 });
    const [lacking, unfit, whole] = ['lacking', 'unfit', 'resnet18'].map((name) => `${folder}/${name}.safetensors`);
    await expect(store('resnet18.safetensors', '0'.repeat(64))).rejects.toThrow(
      `${whole} is not the file that was named: its SHA-256 is ${sum(whole as string)}, not ${'0'.repeat(64)}.`,
    );
    await expect(store('lacking.safetensors')).rejects.toThrow(
      `the weights of ${lacking} do not fit: it has no 'layer3.1.bn2.running_var'; take those of the same net.`,
    );
    await expect(store('unfit.safetensors')).rejects.toThrow(
      `the weights of ${unfit} do not fit: 'layer2.0.conv1.weight' has the shape [128, 64, 1, 1] instead of [128, 64, 3, 3]; take those of the same net.`,
    );
    expect(sum(join(folder, 'cache/resnet18/resnet18.safetensors'))).toBe(before);
    expect(readdirSync(join(folder, 'cache/resnet18'))).toHaveLength(2);
  });
});
