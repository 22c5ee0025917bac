/**
 * Our side of bench/training.ts: trainer.ts BACKEND NETWORK BATCH. It describes itself in a line of JSON. Then it
 * answers each line, a number of training steps, with the seconds that they took and the process's peak memory. A step
 * is that of train(): its batch is drawn from bytes. (Each turn's seconds include the validation of one image, too.)
 */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import {
  adam,
  backendName,
  cifar10,
  device,
  type ImageSelection,
  cifar10Normalisation as normalisation,
  train,
} from '../../src/training/index.ts';
import { networks, trainingMacs } from './networks.ts';

const [backend = '', network = '', batch = ''] = process.argv.slice(2);
const batchSize = Number(batch);
const { description } = await device({ backend: backendName(backend) });
const { train: set } = await cifar10({ folder: 'test/fixtures/cifar10-sample' });
const images = (count: number): ImageSelection => ({
  set,
  indices: Uint32Array.from({ length: count }, (_, at) => at % set.labels.length),
});
const model = (networks[network] as () => tfl.LayersModel)();

const answer = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
answer({ description: `${description}, tfjs ${tf.version_core}`, macs: trainingMacs(model) });
const input = createInterface({ input: process.stdin });
let turn = 0;
input.on('line', async (steps) => {
  const { last } = await train({
    model,
    optimizer: adam({ weightDecay: 5e-4 }),
    data: { train: images(Number(steps) * batchSize), validation: images(1) },
    normalisation,
    batchSize,
    epochs: 1,
    seed: turn++,
  });
  answer({ seconds: last.seconds, peakBytes: process.resourceUsage().maxRSS * 1024 });
});
await once(input, 'close');
