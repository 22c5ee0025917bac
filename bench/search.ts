/**
 * The whole search of studies/cifar-cnn.ts in its quick profile, by two workers, and the same with Optuna and PyTorch
 * where `HPO_TORCH_PYTHON` or `.venv/bin/python` has them: in one process of two threads, and in two processes of one
 * thread.
 *
 *     npm run bench:search -- [--seed 20] [--trials 30] [--data folder of CIFAR-10] [--set epochs=3 …]
 *
 * They do not find the same trials, and so train for different times: beside the seconds from start to end stand, by
 * batch size, those of an epoch with its validation and its report, divided by the number of trials that run at once.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs, promisify } from 'node:util';
import type { RunEvent } from '../src/study/run-event.ts';
import { downloadCifar10 } from '../src/training/index.ts';
import { peerPython } from './peer/python.ts';

const workers = 2;
const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '20' },
    trials: { type: 'string', default: '30' },
    data: { type: 'string' },
    set: { type: 'string', multiple: true, default: [] },
  },
});
const settings = { epochs: '3', trainImages: '8000', validationImages: '5000' };
for (const assignment of options.set) {
  const [name = '', value = ''] = assignment.split('=');
  if (!(name in settings)) throw new Error(`no setting ${name}: use ${Object.keys(settings).join(', ')}`);
  Object.assign(settings, { [name]: value });
}
const data = options.data ?? process.env.HPO_CIFAR10 ?? (await downloadCifar10({ log: console.log })).folder;

/** The result of a search. */
interface Search {
  readonly complete: number;
  readonly pruned: number;
  readonly best: number;
  /** Batch size and seconds of each epoch. */
  readonly epochs: readonly (readonly [batchSize: number, seconds: number])[];
}

async function searchOurselves(): Promise<Search> {
  const folder = mkdtempSync(join(tmpdir(), 'hpo-bench-'));
  const [program, study] = ['../bin/hpo.js', '../studies/cifar-cnn.ts'].map((path) => join(import.meta.dirname, path));
  const flags = ['--no-retrain', '--json', '--profile', 'quick', '--workers', String(workers)];
  const set = Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  const run = ['run', study as string, ...flags, '--seed', options.seed, '--trials', options.trials, ...set];
  const child = spawn(process.execPath, [program as string, ...run], {
    cwd: folder,
    env: { ...process.env, HPO_CIFAR10: resolve(data) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const ended = once(child, 'close');
    const epochs: [number, number][] = [];
    let result: Search | undefined;
    const running = new Map<number, { readonly batchSize: number; since: number }>();
    for await (const line of createInterface({ input: child.stdout })) {
      const { time, ...event } = JSON.parse(line) as RunEvent & { time: string };
      const now = Date.parse(time) / 1000;
      if (event.type === 'trial-started')
        running.set(event.trial, { batchSize: Number(event.params.batchSize), since: now });
      if (event.type === 'trial-reported') {
        const trial = running.get(event.trial) as { batchSize: number; since: number };
        epochs.push([trial.batchSize, now - trial.since]);
        trial.since = now;
      }
      if (event.type === 'run-finished') result = { ...event.counts, best: Number(event.best?.value), epochs };
    }
    await ended;
    if (result) return result;
    throw new Error('hpo run came to its end without a result');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function searchWithOptuna(python: string, processes: number): Promise<Search> {
  const script = join(import.meta.dirname, 'peer/search.py');
  const { epochs, trainImages, validationImages } = settings;
  const shape = [options.trials, processes, workers / processes, epochs, trainImages, validationImages].map(String);
  const { stdout } = await promisify(execFile)(python, [script, data, options.seed, ...shape], { maxBuffer: 2 ** 24 });
  return JSON.parse(stdout) as Search;
}

const python = peerPython('HPO_TORCH_PYTHON', 'optuna', 'torch');
const searches: [name: string, atOnce: number, search: () => Promise<Search>][] = [
  [`hpo, ${workers} workers`, workers, searchOurselves],
];
if (python) {
  searches.push(['peer, 1 × 2 threads', 1, () => searchWithOptuna(python, 1)]);
  searches.push(['peer, 2 × 1 thread', workers, () => searchWithOptuna(python, workers)]);
}

const row = ([first = '', ...cells]: readonly string[]): string =>
  first.padEnd(22) + cells.map((cell) => cell.padStart(10)).join('');
const fixed = (value: number): string => (Number.isNaN(value) ? '–' : value.toFixed(2));
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const about = Object.entries({ seed: options.seed, trials: options.trials, ...settings });
console.log(`${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}`);
console.log(`${about.map(([name, value]) => `${name} ${value}`).join(', ')}\n`);
const batchSizes = [32, 64, 128, 256, 512];
const perEpoch = batchSizes.map((size) => `s at ${size}`);
console.log(row(['', 'seconds', 'complete', 'pruned', 'epochs', 'best loss', ...perEpoch]));
let unit: { readonly seconds: number; readonly epoch: readonly number[] } | undefined;
for (const [name, atOnce, search] of searches) {
  const start = performance.now();
  const { complete, pruned, best, epochs } = await search();
  const seconds = (performance.now() - start) / 1000;
  const epoch = batchSizes.map((size) => {
    const own = epochs.filter(([batchSize]) => batchSize === size);
    return mean(own.map(([, duration]) => duration)) / atOnce;
  });
  const counts = [complete, pruned, epochs.length].map(String);
  console.log(row([name, seconds.toFixed(1), ...counts, best.toFixed(4), ...epoch.map(fixed)]));
  unit ??= { seconds, epoch };
  const ratios = unit.epoch.map((each, at) => fixed((epoch[at] as number) / each));
  if (search !== searchOurselves)
    console.log(row(['  ÷ hpo', fixed(seconds / unit.seconds), '', '', '', '', ...ratios]));
}
