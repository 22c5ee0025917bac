/**
 * The price of a checkpoint of train(), with Adam:
 *
 *     npm run bench:checkpoints -- [--backend wasm] [--network R1] [--times 60]
 *
 * Those of epochs after the best one are counted, which are the largest: weights, the best weights, and two numbers
 * beside each weight. They are kept as a study keeps them, but for their name in its database. Printed are the medians
 * of all of it and of its processor time, of train()'s part, which reads the state out of the backend and writes the
 * file, and of going on from a checkpoint, with the comparison of what was loaded.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type * as tfl from '@tensorflow/tfjs-layers';
import { type HeldCheckpoint, TrialCheckpoints } from '../src/study/checkpoints/trial-checkpoints.ts';
import {
  adam,
  backendName,
  cifar10,
  device,
  type EpochRecord,
  cifar10Normalisation as normalisation,
  type TrainingCheckpoints,
  train,
} from '../src/training/index.ts';
import { networks } from './training/networks.ts';

const { values: options } = parseArgs({
  options: {
    backend: { type: 'string', default: 'wasm' },
    network: { type: 'string', default: 'R1' },
    times: { type: 'string', default: '60' },
  },
});
const epochs = Number(options.times);
const { description } = await device({ backend: backendName(options.backend) });
const { train: set } = await cifar10({ folder: 'test/fixtures/cifar10-sample' });
const root = mkdtempSync(join(tmpdir(), 'hpo-bench-'));
const images = (start: number, count: number) => ({
  set,
  indices: Uint32Array.from({ length: count }, (_, at) => start + at),
});

interface Price {
  readonly step: number;
  readonly kept: number;
  readonly processor: number;
  readonly written: number;
  readonly bytes: number;
}

const prices: Price[] = [];
let last: HeldCheckpoint | undefined;

/** The checkpoints as a new process finds them. */
function found(): TrainingCheckpoints {
  const place = join(root, 'trial-0');
  const start = { trial: 0, attempt: 1, label: 'Trial 0', place, direction: undefined, last, reports: [] };
  const checkpoints = new TrialCheckpoints(start, { keepCheckpoints: async () => {}, warn: console.warn });
  return {
    get last() {
      return checkpoints.last;
    },
    async keep(step, write, as) {
      const [start, cpu] = [performance.now(), process.cpuUsage()];
      let written = 0;
      const timed = async (folder: string) => {
        const before = performance.now();
        await write(folder);
        written = performance.now() - before;
      };
      await checkpoints.keep(step, timed, as);
      const { user, system } = process.cpuUsage(cpu);
      const kept = performance.now() - start;
      const { folder } = checkpoints.last as { readonly folder: string };
      const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
      prices.push({ step, kept, processor: (user + system) / 1000, written, bytes });
      last = { step, trial: 0, attempt: 1, folder };
    },
  };
}

/** Trains by few images at a high rate, so that the validation loss soon rises: epochs of one step. */
async function run(onBegin: () => void): Promise<readonly EpochRecord[]> {
  const model = (networks[options.network] as () => tfl.LayersModel)();
  const { history } = await train({
    model,
    optimizer: adam({ learningRate: 0.01 }),
    data: { train: images(0, 32), validation: images(32, 16) },
    normalisation,
    batchSize: 32,
    epochs,
    seed: 1,
    checkpoints: found(),
    callbacks: [{ onBegin }],
  });
  model.dispose();
  return history;
}

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

try {
  const history = await run(() => {});
  const isBest = ({ epoch, validationLoss }: EpochRecord): boolean =>
    history.slice(0, epoch - 1).every((before) => validationLoss < before.validationLoss);
  const largest = prices.filter(({ step }) => step > 5 && !isBest(history[step - 1] as EpochRecord));
  const resumed: number[] = [];
  for (let turn = 0; turn < 11; turn++) {
    const start = performance.now();
    await run(() => void resumed.push(performance.now() - start));
  }
  const ms = (values: readonly number[]): string => `${median(values).toFixed(1)} ms`;
  const of = (figure: keyof Price): string => ms(largest.map((price) => price[figure]));
  console.log(`${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}, ${description}`);
  console.log(`${options.network}, ${largest.length} checkpoints of ${((largest[0]?.bytes ?? 0) / 1e6).toFixed(2)} MB`);
  console.log(`kept in ${of('kept')} (processor ${of('processor')}), of which train() takes ${of('written')}`);
  console.log(`gone on from in ${ms(resumed)}`);
} finally {
  rmSync(root, { recursive: true });
}
