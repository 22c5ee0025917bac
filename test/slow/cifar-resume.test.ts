import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Rng } from '../../src/index.ts';
import { CIFAR_SAMPLE, cifarProject, outcomesIn } from '../support/cifar-project.ts';
import { HpoProcess } from '../support/hpo-process.ts';
import { SWEEP_SEED, scaled } from '../support/sweep-size.ts';
import { addRow } from '../support/sweep-table.ts';

// `studies/cifar-cnn.ts` on a sample of images, whose run is killed at random moments of its trials and its retraining.

const KILLS = scaled(20, 2);
const SETTINGS = ['epochs=4', 'trainImages=400', 'validationImages=112', 'retrain.epochs=8', 'retrain.trainImages=400'];
const COMMAND = [
  ...['run', 'studies/cifar-cnn.ts', '--backend', 'wasm', '--trials', '8', '--workers', '1', '--retries', '100'],
  '--keep-checkpoints',
  ...SETTINGS.flatMap((setting) => ['--set', setting]),
];

const start = (folder: string) => new HpoProcess(folder, COMMAND, CIFAR_SAMPLE);

/** The hash of the tensors of a checkpoint, without the history, whose epochs took another time. */
function weightsHash(file: string): string {
  const bytes = readFileSync(file);
  const begin = 8 + Number(bytes.readBigUInt64LE());
  const head: Record<string, { data_offsets?: [number, number] }> = JSON.parse(bytes.toString('utf8', 8, begin));
  const hash = createHash('sha256');
  for (const [name, { data_offsets: [from, to] = [0, 0] }] of Object.entries(head)) {
    if (/^(weights|best|optimizer)\//.test(name)) hash.update(name).update(bytes.subarray(begin + from, begin + to));
  }
  return hash.digest('hex');
}

/** The hashes of all last checkpoints, by trial and step, and that of the retrained weights. */
function weightsIn(folder: string): readonly string[] {
  const results = join(folder, 'runs/cifar-cnn');
  const [study = ''] = readdirSync(join(results, 'checkpoints'));
  const trials = readdirSync(join(results, 'checkpoints', study)).filter((name) => name.startsWith('trial-'));
  const hashes = trials.sort().map((trial) => {
    const place = join(results, 'checkpoints', study, trial);
    const steps = readdirSync(place).flatMap((name) => /^step-(\d+)$/.exec(name)?.[1] ?? []);
    const last = `step-${Math.max(...steps.map(Number))}`;
    return `${trial} ${last} ${weightsHash(join(place, last, 'training.safetensors'))}`;
  });
  const retrained = readFileSync(join(results, 'retrain/model/weights.bin'));
  return [...hashes, `retrained ${createHash('sha256').update(retrained).digest('hex')}`];
}

it(`a search and a retraining killed ${KILLS} times are those that never stopped, to the last weight`, async () => {
  const [whole, broken] = [cifarProject(), cifarProject()];
  expect(await start(whole).ended).toEqual({ code: 0, stderr: '' });
  const rng = Rng.of(SWEEP_SEED, 0, 'cifar-resume');
  let [kills, resumed] = [0, 0];
  let ending: number | null = null;
  while (ending !== 0) {
    const run = start(broken);
    await run.waitFor('run-started');
    if (kills < KILLS) {
      const until = run.events.length + rng.integer(4);
      while (run.child.exitCode === null && run.events.length < until) await sleep(5);
      await sleep(rng.uniform(0, 300)); // some moment of an epoch, or between two
      if (run.child.kill('SIGKILL')) kills++;
    }
    ending = (await run.ended).code;
    resumed += run.of('trial-started').filter(({ attempt }) => attempt > 1).length;
  }
  expect(kills).toBeGreaterThan(0);
  expect(await outcomesIn(broken)).toEqual(await outcomesIn(whole));
  expect(weightsIn(broken)).toEqual(weightsIn(whole));
  addRow('studies/cifar-cnn.ts, killed and continued', {
    kills,
    'trials run again': resumed,
    'weights compared': weightsIn(whole).length,
    differences: 0,
  });
});
