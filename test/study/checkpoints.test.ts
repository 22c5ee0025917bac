import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type Checkpoints,
  type CreateStudyOptions,
  copyStudy,
  createStudy,
  deleteStudy,
  deleteTrial,
  float,
  metricsOf,
  nop,
  type Pruner,
  random,
  renameStudy,
  type Study,
  space,
} from '../../src/index.ts';
import { formatIdentity, thisProcess } from '../../src/machine/process-identity.ts';
import { openStorage } from '../../src/storage/open-storage.ts';
import { expectError } from '../../src/testing/storage/expectations.ts';
import type { FrozenTrial } from '../../src/trial/frozen-trial.ts';
import { memoryFolder } from '../support/temp-folder.ts';

const line = space({ x: float(-1, 1) });
const GONE = formatIdentity({ ...thisProcess(), started: '1' });

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const study of opened.splice(0)) await study.close();
});

type Options = Partial<CreateStudyOptions<{ x: ReturnType<typeof float> }>>;

async function open(folder: string, options: Options = {}) {
  const study = await createStudy({
    name: 's',
    space: line,
    storage: join(folder, 'hpo.db'),
    checkpoints: join(folder, 'checkpoints'),
    sampler: random(),
    pruner: nop(),
    seed: 1,
    ifExists: 'load',
    ...options,
  });
  opened.push(study);
  return study;
}

const text = (content: string) => (folder: string) => writeFile(join(folder, 'state'), content);
const stateOf = (checkpoint: Checkpoints['last']) => readFileSync(join(checkpoint?.folder ?? '', 'state'), 'utf8');

/** Has a process die that reported steps 0 to `reports` of trial 0, and kept checkpoints of some of them. */
async function died(folder: string, reports: number, kept: readonly number[]): Promise<void> {
  const study = await open(folder);
  const trial = await study.ask();
  for (let step = 0; step <= reports; step++) {
    await trial.report(10 - step, step, { at: step });
    if (kept.includes(step)) await trial.checkpoints.keep(step, text(`after ${step}`));
  }
  const storage = await openStorage(join(folder, 'hpo.db'), { create: false });
  const record = study.record;
  const lease = { holder: 'dead', attempt: 1, counter: 0, graceMs: 1000, process: GONE };
  const stored = (await storage.trial(record, 0)) as FrozenTrial;
  const own = { study: record, trialId: stored.id, attempt: 1, holder: holderOf(stored) };
  await storage.setTrialAttrs(own, 'system', { 'hpo:lease': lease });
  await storage.close();
}

const holderOf = ({ systemAttrs }: FrozenTrial) => (systemAttrs['hpo:lease'] as { holder: string }).holder;

describe('an interrupted trial', () => {
  it('goes on after its last checkpoint, and keeps the reports up to there', async () => {
    const folder = memoryFolder();
    await died(folder, 4, [1, 2]);
    const study = await open(folder);
    const trial = await study.ask();
    expect(trial).toMatchObject({ number: 0, attempt: 2 });
    expect(trial.checkpoints.last?.step).toBe(2);
    expect(stateOf(trial.checkpoints.last)).toBe('after 2');
    const [stored] = (await study.trials()) as [FrozenTrial];
    expect([...stored.intermediateValues.keys()]).toEqual([0, 1, 2]);
    expect([...metricsOf(stored).keys()]).toEqual([0, 1, 2]);
    await trial.report(20, 3);
    await trial.checkpoints.keep(3, text('after 3'));
    expect([trial.checkpoints.last?.step, trial.checkpoints.best?.step]).toEqual([3, 2]);
    expect(readdirSync(dirname(trial.checkpoints.last?.folder ?? '')).sort()).toEqual(['step-2', 'step-3']);
    await study.tell(trial, 1);
    expect((await study.trials())[0]).toMatchObject({ state: 'COMPLETE', values: [1] });
  });

  it('starts over without its reports where the checkpoint is missing, with one warning', async () => {
    const folder = memoryFolder();
    await died(folder, 4, [2]);
    rmSync(join(folder, 'checkpoints'), { recursive: true });
    const study = await open(folder);
    const warnings: string[] = [];
    study.onSetBack(({ message }) => warnings.push(message));
    const trial = await study.ask();
    expect(trial.number).toBe(0);
    expect(trial.checkpoints.last).toBeUndefined();
    const place = join(study.checkpoints.path, 'trial-0');
    expect(warnings).toEqual([`Trial 0 starts over: its checkpoint of step 2 is not whole in ${place}.`]);
    const [stored] = (await study.trials()) as [FrozenTrial];
    expect(stored).toMatchObject({ state: 'RUNNING', params: trial.params, intermediateValues: new Map() });
    expect(stored.systemAttrs).not.toHaveProperty('hpo:checkpoints');
    await trial.report(3, 0);
    await trial.checkpoints.keep(0, text('anew'));
    await study.requeue(trial);
    expect(stateOf((await study.ask()).checkpoints.last)).toBe('anew');
    expect(warnings).toHaveLength(1);
  });

  it('goes on from the checkpoint before where the last one is damaged', async () => {
    const folder = memoryFolder();
    await died(folder, 4, [1, 3]);
    const study = await open(folder);
    const messages: string[] = [];
    study.onSetBack(({ message }) => messages.push(message));
    const place = join(study.checkpoints.path, 'trial-0');
    rmSync(join(place, 'step-3', 'state'));
    const trial = await study.ask();
    expect(stateOf(trial.checkpoints.last)).toBe('after 1');
    expect(messages).toEqual([`Trial 0 goes on after step 1: its checkpoint of step 3 is not whole in ${place}.`]);
    const [stored] = (await study.trials()) as [FrozenTrial];
    expect([[...stored.intermediateValues.keys()], [...metricsOf(stored).keys()]]).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });

  it('starts over on a machine that keeps checkpoints elsewhere, and never touches the stored place', async () => {
    const folder = memoryFolder();
    await died(folder, 4, [2]);
    const study = await open(folder, { checkpoints: join(folder, 'elsewhere') });
    const messages: string[] = [];
    study.onSetBack(({ message }) => messages.push(message));
    const trial = await study.ask();
    expect(trial.checkpoints.last).toBeUndefined();
    expect(messages[0]).toContain(`; it was written to ${join(folder, 'checkpoints')}`);
    await study.tell(trial, 1);
    const [id = ''] = readdirSync(join(folder, 'checkpoints', 's'));
    expect(readdirSync(join(folder, 'checkpoints', 's', id, 'trial-0'))).toEqual(['step-2']);
  });

  it('goes on where its folder was moved along with everything else', async () => {
    const folder = memoryFolder();
    await died(folder, 4, [2]);
    const moved = join(folder, 'moved');
    renameSync(join(folder, 'checkpoints'), moved);
    const trial = await (await open(folder, { checkpoints: moved })).ask();
    expect(stateOf(trial.checkpoints.last)).toBe('after 2');
  });

  it('that is handed back goes on, too', async () => {
    const study = await open(memoryFolder());
    const trial = await study.ask();
    await trial.report(1, 0);
    await trial.checkpoints.keep(0, text('zero'));
    await trial.report(1, 1);
    await study.requeue(trial);
    await expectError(trial.checkpoints.keep(1, text('late')), 'HPO_LEASE_LOST');
    const again = await study.ask();
    expect(stateOf(again.checkpoints.last)).toBe('zero');
    expect([...((await study.trials())[0]?.intermediateValues.keys() ?? [])]).toEqual([0]);
  });
});

describe('the checkpoints of finished trials', () => {
  const objective = async ({ trial }: { trial: { number: number; checkpoints: Checkpoints } }) => {
    await trial.checkpoints.keep(1, text(`trial ${trial.number}`));
    return Math.abs(trial.number - 2);
  };
  const kept = (study: Study) => (existsSync(study.checkpoints.path) ? readdirSync(study.checkpoints.path).sort() : []);

  it('are removed, except those of the best one', async () => {
    const study = await open(memoryFolder());
    await study.optimize(objective, { trials: 5 });
    expect(kept(study)).toEqual(['trial-2']);
  });

  it('stay where that is wanted, also when a later run removes its own', async () => {
    const folder = memoryFolder();
    const study = await open(folder, { keepCheckpoints: true });
    await study.optimize(objective, { trials: 3 });
    await study.close();
    const later = await open(folder);
    await later.optimize(objective, { trials: 6 });
    expect(kept(later)).toEqual(['trial-0', 'trial-1', 'trial-2']);
  });

  it('of a study in memory are temporary', async () => {
    const study = await createStudy({ name: 's', storage: 'memory:', space: line });
    const trial = await study.ask();
    await trial.checkpoints.keep(0, text('x'));
    const folder = trial.checkpoints.last?.folder ?? '';
    expect(stateOf(trial.checkpoints.last)).toBe('x');
    await study.close();
    expect(existsSync(folder)).toBe(false);
  });

  it('go with the study, or the trial, that is deleted; a copy has none', async () => {
    const folder = memoryFolder();
    const storage = join(folder, 'hpo.db');
    const checkpoints = join(folder, 'checkpoints');
    const study = await open(folder, { keepCheckpoints: true });
    await study.optimize(objective, { trials: 3 });
    await copyStudy({ name: 's', newName: 'copy', storage });
    const copy = await open(folder, { name: 'copy' });
    expect((await copy.trials()).filter(({ systemAttrs }) => 'hpo:checkpoints' in systemAttrs)).toEqual([]);
    expect(kept(study)).toEqual(['trial-0', 'trial-1', 'trial-2']);
    await deleteTrial({ name: 's', number: 1, storage, checkpoints });
    expect(kept(study)).toEqual(['trial-0', 'trial-2']);
    await deleteStudy({ name: 's', storage, checkpoints });
    expect(existsSync(study.checkpoints.path)).toBe(false);
  });
});

it('a study does not go on from a checkpoint that a copy of its database has written, and says so', async () => {
  const folder = memoryFolder();
  const first = await open(folder);
  await first.tell(await first.ask(), 1);
  await first.close();
  const copy = join(folder, 'copy.db');
  copyFileSync(join(folder, 'hpo.db'), copy);
  const studies = [await open(folder), await open(folder, { storage: copy })] as const;
  const trials = await Promise.all(studies.map((study) => study.ask()));
  expect(trials).toMatchObject([{ number: 1 }, { number: 1 }]);
  for (const [at, trial] of trials.entries()) await trial.checkpoints.keep(1, text(`of ${at}`));
  for (const [at, study] of studies.entries()) await study.requeue(trials[at] as never);
  const messages: string[] = [];
  studies[0].onSetBack(({ message }) => messages.push(message));
  const again = await Promise.all(studies.map((study) => study.ask()));
  expect(again[0]?.checkpoints.last).toBeUndefined();
  expect(stateOf(again[1]?.checkpoints.last)).toBe('of 1');
  expect(messages).toEqual([expect.stringMatching(/^Trial 1 starts over: its checkpoint of step 1 is not whole in /)]);
});

describe('a finished trial', () => {
  /** A pruned trial 0 that reported steps 0 to 4 and kept step 2. */
  async function pruned(folder: string, options: Options = {}) {
    const study = await open(folder, { keepCheckpoints: true, ...options });
    const trial = await study.ask();
    for (let step = 0; step <= 4; step++) {
      await trial.report(10 - step, step, { at: step });
      if (step === 2) await trial.checkpoints.keep(step, text('after 2'));
    }
    await study.tell(trial, 'PRUNED');
    return { study, trial };
  }

  it('goes on as a new one: from its checkpoint, with its parameters and its reports up to there', async () => {
    const { study, trial } = await pruned(memoryFolder());
    const before = (await study.trials())[0];
    const settings = { epochs: 20 };
    const resumed = await study.resume(0, { settings });
    expect(resumed).toMatchObject({ number: 1, attempt: 1, params: trial.params, settings });
    expect(stateOf(resumed.checkpoints.last)).toBe('after 2');
    const stored = (await study.trials())[1] as FrozenTrial;
    expect(stored.systemAttrs).toMatchObject({ 'hpo:continues': 0, 'hpo:settings': settings });
    expect([...stored.intermediateValues.keys()]).toEqual([0, 1, 2]);
    expect([...metricsOf(stored).keys()]).toEqual([0, 1, 2]);
    await resumed.report(1, 3);
    await resumed.checkpoints.keep(3, text('after 3'));
    await study.requeue(resumed); // it is interrupted in its turn
    const again = await study.ask();
    expect(again).toMatchObject({ number: 1, attempt: 2, settings });
    expect(stateOf(again.checkpoints.last)).toBe('after 3');
    await study.tell(again, 0.5);
    expect((await study.trials())[0]).toEqual(before);
    expect((await study.bestTrial())?.number).toBe(1);
    expect(await study.finishedCount()).toBe(2);
  });

  it('is not judged again at the steps that it had reported', async () => {
    const pruner: Pruner = { name: 'always', judge: () => true };
    const { study } = await pruned(memoryFolder(), { pruner });
    const resumed = await study.resume(0);
    const judgements = [await resumed.shouldPrune()];
    for (let step = 3; step <= 5; step++) {
      await resumed.report(1, step);
      judgements.push(await resumed.shouldPrune());
    }
    expect(judgements).toEqual([false, false, false, true]);
    await study.tell(resumed, 'PRUNED');
  });

  it('that is interrupted before it has a checkpoint of its own goes on from the former one', async () => {
    const { study } = await pruned(memoryFolder());
    const resumed = await study.resume(0);
    await resumed.report(1, 3);
    await study.requeue(resumed);
    const again = await study.ask();
    expect(stateOf(again.checkpoints.last)).toBe('after 2');
    expect([...((await study.trials())[1]?.intermediateValues.keys() ?? [])]).toEqual([0, 1, 2]);
    await again.checkpoints.keep(3, text('own'), { best: true });
    await study.tell(again, 0);
    const further = await study.resume(1); // one that continued another one goes on, too
    expect(stateOf(further.checkpoints.last)).toBe('own');
    await study.tell(further, 'FAIL');
  });

  it('cannot go on where it is missing, is running, or has no checkpoint', async () => {
    const folder = memoryFolder();
    const { study } = await pruned(folder);
    const running = await study.ask();
    await expect(study.resume(7)).rejects.toThrow("Trial 7 of 's' in");
    await expect(study.resume(1)).rejects.toThrow('is RUNNING; only a finished trial goes on as a new one.');
    await study.tell(running, 3);
    await expect(study.resume(1)).rejects.toMatchObject({
      code: 'HPO_NOTHING_TO_SHOW',
      message: expect.stringContaining('kept no checkpoint'),
    });
    rmSync(join(folder, 'checkpoints'), { recursive: true });
    await expect(study.resume(0)).rejects.toThrow(`has no whole checkpoint in ${study.checkpoints.path}`);
    expect(await study.trials()).toHaveLength(2);
  });
});

it('a study that is renamed takes its checkpoints along', async () => {
  const folder = memoryFolder();
  const home = process.cwd();
  process.chdir(folder);
  try {
    const study = await open(folder, { checkpoints: undefined, keepCheckpoints: true });
    const trial = await study.ask();
    await trial.checkpoints.keep(1, text('one'));
    await study.tell(trial, 1);
    expect(study.checkpoints.path.startsWith(join(process.cwd(), 'runs', 's', 'checkpoints'))).toBe(true);
    await study.close();
    await renameStudy({ name: 's', newName: 't', storage: join(folder, 'hpo.db') });
    const renamed = await open(folder, { name: 't', checkpoints: undefined });
    expect(stateOf((await renamed.resume(0)).checkpoints.last)).toBe('one');
  } finally {
    process.chdir(home);
  }
});
