/**
 * The price of the random changes of training images:
 *
 *     npm run bench:augmentation -- [--backend wasm] [--rounds 9]
 *
 * A batch is 64 images of 32×32, read from their file, changed, normalised and uploaded. Printed is the processor time
 * of an image, the median of the rounds, in each of which every change has its turn, and beside it that of training R1.
 */
import { parseArgs } from 'node:util';
import { imageBatch } from '../src/training/images/image-batch.ts';
import { randomChanges } from '../src/training/images/random-changes.ts';
import {
  type Augmentation,
  backendName,
  cifar10,
  device,
  cifar10Normalisation as normalisation,
} from '../src/training/index.ts';
import { networks } from './training/networks.ts';
import { trainSteps } from './training/train-steps.ts';

const { values: options } = parseArgs({
  options: { backend: { type: 'string', default: 'wasm' }, rounds: { type: 'string', default: '9' } },
});
const jitter = { brightness: 0.5, contrast: 0.5, saturation: 0.5, hue: 0.5 };
const changes: Readonly<Record<string, Augmentation>> = {
  'no change': {},
  'flip, crop': { horizontalFlip: 0.5, cropPadding: 4 },
  'flip, crop, cutout': { horizontalFlip: 0.5, cropPadding: 4, cutoutSize: 8 },
  rotation: { rotationDegrees: 90 },
  brightness: { colourJitter: { brightness: 0.5 } },
  contrast: { colourJitter: { contrast: 0.5 } },
  saturation: { colourJitter: { saturation: 0.5 } },
  hue: { colourJitter: { hue: 0.5 } },
  'colour jitter': { colourJitter: jitter },
  "R1's: flips, rotation, jitter": {
    horizontalFlip: 0.5,
    verticalFlip: 0.5,
    rotationDegrees: 90,
    colourJitter: jitter,
  },
};

const { description } = await device({ backend: backendName(options.backend) });
const { train: set } = await cifar10({ folder: 'test/fixtures/cifar10-sample' });
const batches = 8;
const batchSize = set.labels.length / batches;

/** Processor time of a pass over the images, in µs an image. */
async function timeOf(pass: () => unknown): Promise<number> {
  const start = process.cpuUsage();
  await pass();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / set.labels.length;
}

function drawAll(augmentation: Augmentation, epoch: number): void {
  const drawn = randomChanges(augmentation, { seed: 1, epoch });
  for (let batch = 0; batch < batches; batch++) {
    const indices = Uint32Array.from({ length: batchSize }, (_, at) => batch * batchSize + at);
    imageBatch(set, indices, normalisation, drawn).dispose();
  }
}

const model = (networks.R1 as NonNullable<typeof networks.R1>)();
const times = new Map<string, number[]>();
const note = (name: string, time: number) => times.set(name, [...(times.get(name) ?? []), time]);
for (let round = 0; round <= Number(options.rounds); round++) {
  for (const [name, augmentation] of Object.entries(changes))
    note(name, await timeOf(() => drawAll(augmentation, round)));
  note('training R1', await timeOf(() => trainSteps(model, { batchSize, steps: batches, seed: round })));
}
console.log(description);
for (const [name, [, ...warm]] of times) {
  // the first round warms up
  const median = warm.sort((a, b) => a - b)[Math.floor(warm.length / 2)] as number;
  console.log(`${name.padEnd(32)} ${median.toFixed(1).padStart(7)} µs an image`);
}
