import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import { Rng } from '../../src/base/rng.ts';
import {
  adam,
  cifar10,
  cifar10Status,
  device,
  cifar10Normalisation as normalisation,
  resnet9,
  sixConvCnn,
  train,
  weightedBranches,
} from '../../src/training/index.ts';
import { setInitialWeights } from '../golden/pytorch/initial-weights.ts';
import { scaled } from '../support/sweep-size.ts';
import { addRow } from '../support/sweep-table.ts';

// From the same initial weights and with the same batches, the losses of two epochs of 10,000 images are PyTorch's.

const local = join(import.meta.dirname, '../../.venv/bin/python');
const python = process.env.HPO_TORCH_PYTHON ?? (existsSync(local) ? local : '');
const hasTorch = python !== '' && spawnSync(python, ['-c', 'import torch']).status === 0;
const { isComplete, folder } = await cifar10Status();
const lacks = [hasTorch ? [] : ['a Python with torch'], isComplete ? [] : ['CIFAR-10 in the cache']].flat();
const title = lacks.length === 0 ? '' : ` (skipped: there is no ${lacks.join(' and no ')})`;

const seed = 20;
/** Few enough images a step that one of them does not decide; a rate at which rounding does not either. */
const schedule = { batchSize: 64, epochs: 2, learningRate: 1e-4, weightDecay: 5e-4 };
const counts = { train: scaled(10_000, 128), validation: scaled(1_000, 64) };

const nets: Readonly<Record<string, () => tfl.LayersModel>> = {
  sixConvCnn: () => sixConvCnn({ dropout: 0, seed }),
  weightedBranches: () => weightedBranches({ dropout: 0, seed }),
  resnet9: () => resnet9({ seed }),
};

/** An hour and a half: ResNet-9 takes ten minutes on each side where nothing else runs. */
const limit = 5_400_000;

describe.skipIf(lacks.length > 0)(`two epochs, beside PyTorch${title}`, { timeout: limit }, () => {
  test.each(Object.entries(nets))('%s', async (network, build) => {
    const { epochs, batchSize, learningRate, weightDecay } = schedule;
    const order = Array.from({ length: epochs }, (_, epoch) => [
      ...new Rng(`${seed}/order/${epoch + 1}`).permutation(counts.train),
    ]);
    const files = [1, 2].map((batch) => join(folder, `data_batch_${batch}.bin`));
    const input = `${JSON.stringify({ network, ...schedule, ...counts, order, files })}\n`;
    const script = join(import.meta.dirname, '../golden/pytorch/follow.py');
    const peer = promisify(execFile)(python, [script]); // a test that blocks for minutes is taken for dead
    peer.child.stdin?.end(input);
    const expected = JSON.parse((await peer).stdout) as {
      readonly trainLoss: number;
      readonly validationLoss: number;
    }[];

    await device({ backend: 'wasm' });
    const { train: set } = await cifar10();
    const range = (start: number, count: number) => ({
      set,
      indices: Uint32Array.from({ length: count }, (_, at) => start + at),
    });
    const model = build();
    setInitialWeights(model);
    const { history } = await train({
      model,
      optimizer: adam({ learningRate, weightDecay }),
      data: { train: range(0, counts.train), validation: range(counts.train, counts.validation) },
      normalisation,
      batchSize,
      epochs,
      seed,
    });
    model.dispose();
    for (const [at, { trainLoss, validationLoss }] of expected.entries()) {
      const ours = history[at];
      const epoch = at + 1;
      const differences = {
        training: (ours?.trainLoss ?? 0) / trainLoss - 1,
        validation: (ours?.validationLoss ?? 0) / validationLoss - 1,
      };
      addRow('Loss curves beside PyTorch', {
        net: network,
        epoch,
        images: counts.train,
        ours: (ours?.trainLoss ?? 0).toFixed(4),
        PyTorch: trainLoss.toFixed(4),
        difference: `${(100 * differences.training).toFixed(2)} %`,
        validation: `${(100 * differences.validation).toFixed(2)} %`,
      });
      expect(Math.abs(differences.training), `training, epoch ${epoch}`).toBeLessThan(0.01);
    }
  });
});
