/**
 * Our side of bench/training.ts: trainer.ts BACKEND NETWORK BATCH. It describes itself in a line of JSON. Then it
 * answers each line, a number of training steps, with the seconds that they took and the process's peak memory. A step
 * is that of train(): its batch is drawn from bytes. (Each turn's seconds include the validation of one image, too.)
 */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { backendName, device } from '../../src/training/index.ts';
import { networks, trainingMacs } from './networks.ts';
import { trainSteps } from './train-steps.ts';

const [backend = '', network = '', batch = ''] = process.argv.slice(2);
const batchSize = Number(batch);
const { description } = await device({ backend: backendName(backend) });
const model = (networks[network] as () => tfl.LayersModel)();

const answer = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
answer({ description: `${description}, tfjs ${tf.version_core}`, macs: trainingMacs(model) });
const input = createInterface({ input: process.stdin });
let turn = 0;
input.on('line', async (steps) => {
  const seconds = await trainSteps(model, { batchSize, steps: Number(steps), seed: turn++ });
  answer({ seconds, peakBytes: process.resourceUsage().maxRSS * 1024 });
});
await once(input, 'close');
