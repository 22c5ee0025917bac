import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../../test/support/frozen-trial.ts';
import { historyOf } from '../../../test/support/history.ts';
import { tempFolder } from '../../../test/support/temp-folder.ts';
import type { Attributes, FrozenTrial, TrialState } from '../../trial/frozen-trial.ts';
import { CheckpointRoot, checkpointsFolder, placeOf } from './checkpoint-root.ts';
import {
  checkpointsAttr,
  type KeptCheckpoints,
  keptReportsTo,
  type StepMark,
  storedCheckpoints,
} from './kept-checkpoints.ts';
import { writeStep } from './step-folder.ts';

const MIN = ['minimize'] as const;

function trial(number: number, state: TrialState, systemAttrs: Attributes = {}, value = 1): FrozenTrial {
  return frozenTrial(number, { state, systemAttrs, values: state === 'COMPLETE' ? [value] : null });
}

/** The attribute of a trial with checkpoints of its first attempt. */
const attr = (number: number, last: number, best?: number, isToStay = false) =>
  checkpointsAttr({
    place: `/somewhere/trial-${number}`,
    last: { step: last, trial: number, attempt: 1 },
    ...(best !== undefined && { best: { step: best, trial: number, attempt: 1 } }),
    isToStay,
  });

const write = (root: CheckpointRoot, number: number, step: number, attempt = 1) =>
  writeStep(placeOf(root.path, number), { step, attempt }, (folder) => writeFile(join(folder, 'w'), 'w'));

const newRoot = () => new CheckpointRoot(join(tempFolder(), 'root'));

it('the folder of a study is its own, whatever the study is called and whichever database it is in', () => {
  const one = checkpointsFolder({ name: '../../etc', token: 'a' }, '/shared');
  expect(resolve(one, '../..')).toBe('/shared');
  const folders = ['a', 'b', '../x'].map((token) => checkpointsFolder({ name: 's', token }));
  expect(new Set(folders).size).toBe(3);
  expect(folders.every((folder) => resolve(folder, '..') === resolve('runs/s/checkpoints'))).toBe(true);
});

describe('a trial begins', () => {
  it('with its last checkpoint and the best one, wherever they were written', async () => {
    const root = newRoot();
    await write(root, 7, 5);
    await write(root, 7, 3);
    const begin = await root.startOf(trial(7, 'RUNNING', attr(7, 5, 3)), MIN);
    expect(begin).toMatchObject({
      last: { step: 5, folder: join(root.path, 'trial-7', 'step-5') },
      best: { step: 3 },
      direction: 'minimize',
    });
  });

  it('with nothing where it has none', async () => {
    const begin = await newRoot().startOf(trial(7, 'RUNNING'), ['minimize', 'maximize']);
    expect(begin).toMatchObject({ attempt: 1, direction: undefined });
    expect(begin).not.toHaveProperty('last');
  });

  it.each<[string, Attributes]>([
    ['of a step that is not there', attr(7, 6)],
    ['of another attempt', checkpointsAttr({ place: '', last: { step: 5, trial: 7, attempt: 2 }, isToStay: false })],
    ['of another trial', checkpointsAttr({ place: '', last: { step: 5, trial: 8, attempt: 1 }, isToStay: false })],
    ['that is no object', { 'hpo:checkpoints': 'x' }],
    [
      'whose step is a path',
      { 'hpo:checkpoints': { place: '', last: '../5', written: { '../5': { trial: 7, attempt: 1 } } } },
    ],
    ['without its attempt', { 'hpo:checkpoints': { place: '', last: 5 } }],
    [
      'with a trial that is a path',
      { 'hpo:checkpoints': { place: '', last: 5, written: { 5: { trial: '..', attempt: 1 } } } },
    ],
  ])('over where it has one %s', async (_what, systemAttrs) => {
    const root = newRoot();
    await write(root, 7, 5);
    await write(root, 8, 5);
    expect(await root.startOf(trial(7, 'RUNNING', systemAttrs), MIN)).toEqual({ goesBackTo: undefined });
  });

  it('with an earlier one that it names where the last is not whole', async () => {
    const root = newRoot();
    for (const step of [2, 3, 4]) await write(root, 7, step);
    const [last, best, spare] = [6, 4, 3].map((step) => ({ step, trial: 7, attempt: 1 })) as [
      StepMark,
      StepMark,
      StepMark,
    ];
    const named = (kept: Omit<KeptCheckpoints, 'last'>) => trial(7, 'RUNNING', root.attrOf(7, { last, ...kept }));
    expect(await root.startOf(named({ spares: [spare] }), MIN)).toEqual({ goesBackTo: { last: spare } });
    const both = { goesBackTo: { last: best, best } };
    expect(await root.startOf(named({ best, spares: [spare] }), MIN)).toEqual(both);
    const lost = { ...best, step: 5 };
    expect(await root.startOf(named({ best: lost, spares: [spare] }), MIN)).toEqual({ goesBackTo: { last: spare } });
  });

  it('with the checkpoint of the trial that it continues, until it has one of its own', async () => {
    const root = newRoot();
    await write(root, 2, 5);
    const place = { place: '', isToStay: false };
    const systemAttrs = {
      'hpo:continues': 2,
      ...checkpointsAttr({ ...place, last: { step: 5, trial: 2, attempt: 1 } }),
    };
    const begin = await root.startOf(trial(7, 'RUNNING', systemAttrs), MIN);
    const last = { step: 5, trial: 2, attempt: 1, folder: join(root.path, 'trial-2', 'step-5') };
    expect(begin).toMatchObject({ last, place: join(root.path, 'trial-7') });
  });

  it('over where a link leads to its checkpoint', async () => {
    const [root, theirs] = [newRoot(), newRoot()];
    await write(theirs, 7, 5);
    mkdirSync(root.path);
    symlinkSync(join(theirs.path, 'trial-7'), join(root.path, 'trial-7'));
    expect(await root.startOf(trial(7, 'RUNNING', attr(7, 5)), MIN)).toEqual({ goesBackTo: undefined });
  });
});

it('reports up to the last checkpoint are kept', () => {
  expect(keptReportsTo(trial(7, 'RUNNING', attr(7, 5, 3)))).toBe(5);
  expect(keptReportsTo(trial(7, 'RUNNING'))).toBeNull();
  expect(keptReportsTo(trial(7, 'RUNNING', { 'hpo:checkpoints': [] }))).toBeNull();
  expect(storedCheckpoints(trial(7, 'RUNNING', attr(7, 5, 5)))).toMatchObject({ last: { step: 5 }, best: { step: 5 } });
});

describe('the checkpoints of finished trials', () => {
  it('are removed, but for useful ones, those that are to stay, and those of the last that failed', async () => {
    const root = newRoot();
    const trials = [
      trial(0, 'COMPLETE', attr(0, 5, 3), 0.5),
      trial(1, 'PRUNED', attr(1, 5)),
      trial(2, 'FAIL', attr(2, 5)),
      trial(3, 'FAIL', attr(3, 5)),
      trial(4, 'FAIL'),
      trial(5, 'COMPLETE', attr(5, 5, 5, true)),
      trial(6, 'RUNNING', attr(6, 5)),
      trial(7, 'WAITING', attr(7, 5)),
      trial(8, 'RUNNING'),
    ];
    for (let number = 0; number <= 9; number++) await write(root, number, 5);
    await write(root, 0, 3);
    await write(root, 0, 4); // rubbish
    mkdirSync(join(root.path, 'trial-0', '.new-1-x'));
    writeFileSync(join(root.path, 'notes.txt'), 'mine');
    mkdirSync(join(root.path, 'trial-1x'));
    await root.sweep(historyOf(trials), trials[4] as FrozenTrial);
    expect(readdirSync(root.path).sort()).toEqual(
      ['notes.txt', 'trial-1x', ...[0, 3, 5, 6, 7, 8, 9].map((number) => `trial-${number}`)].sort(),
    );
    expect(readdirSync(join(root.path, 'trial-0')).sort()).toEqual(['step-3', 'step-5']);
  });

  it('stay as long as a trial that continues them needs them', async () => {
    const root = newRoot();
    await write(root, 0, 5);
    const last = { step: 5, trial: 0, attempt: 1 };
    const continues = { 'hpo:continues': 0, ...checkpointsAttr({ place: '', last, isToStay: false }) };
    const former = trial(0, 'PRUNED', attr(0, 5));
    const history = historyOf([former, trial(1, 'RUNNING', continues)]);
    await root.sweep(history, former);
    expect(existsSync(placeOf(root.path, 0))).toBe(true);
    for (const [ended, isThere] of [
      [trial(1, 'COMPLETE', continues, 1), true],
      [trial(2, 'COMPLETE', {}, 2), true],
      [trial(3, 'COMPLETE', {}, 0.5), false], // a better one
    ] as const) {
      history.update([ended]);
      await root.sweep(history, ended);
      expect(existsSync(placeOf(root.path, 0)), `after trial ${ended.number}`).toBe(isThere);
    }
  });

  it('go one by one as better ones come, whoever ran them, and without a look at the others', async () => {
    const root = newRoot();
    const history = historyOf([]);
    const values = [5, 3, 4, 3, 2, 6, 1];
    const best: Record<number, readonly number[]> = { 0: [0], 1: [1], 2: [1], 3: [1, 3], 4: [4], 5: [4], 6: [6] };
    for (const [number, value] of values.entries()) {
      const running = trial(number, 'RUNNING', root.attrOf(number, { last: { step: 5, trial: number, attempt: 1 } }));
      for (const step of [4, 5]) await write(root, number, step);
      history.update([running]);
      const ended = trial(number, 'COMPLETE', running.systemAttrs, value);
      history.update([ended]);
      if (number === 5) continue; // as of another coordinator
      if (number === 3) await write(root, 0, 5); // looked for by the first sweep of a process alone
      await root.sweep(history, ended);
      const left = (best[number] as readonly number[]).map((other) => `trial-${other}`);
      expect(readdirSync(root.path).sort()).toEqual([...(number >= 3 ? ['trial-0'] : []), ...left].sort());
      expect(readdirSync(join(root.path, left[0] as string))).toEqual(['step-5']);
    }
    const last = trial(7, 'PRUNED');
    history.update([last]);
    await new CheckpointRoot(root.path).sweep(history, last);
    expect(readdirSync(root.path)).toEqual(['trial-6']);
  });

  it('that a dead process wrote and did not name are found when its trial ends', async () => {
    const root = newRoot();
    const history = historyOf([trial(0, 'COMPLETE')]);
    expect(root.isToSweep(history.trials[0])).toBe(false);
    await write(root, 1, 5);
    history.update([trial(1, 'FAIL')]);
    expect(root.isToSweep(history.trials[1])).toBe(true);
    await root.sweep(history, history.trials[1] as FrozenTrial);
    expect(readdirSync(root.path)).toEqual([]);
  });

  it('are removed where a link stands in their place, without following it', async () => {
    const root = newRoot();
    const theirs = tempFolder();
    writeFileSync(join(theirs, 'mine'), '');
    mkdirSync(root.path);
    symlinkSync(theirs, join(root.path, 'trial-0'));
    const history = historyOf([trial(0, 'PRUNED', attr(0, 5))]);
    await root.sweep(history, history.trials[0] as FrozenTrial);
    expect(readdirSync(root.path)).toEqual([]);
    expect(readdirSync(theirs)).toEqual(['mine']);
    symlinkSync(theirs, join(root.path, 'trial-0'));
    const best = historyOf([trial(0, 'COMPLETE', attr(0, 5))]);
    await root.sweep(best, best.trials[0] as FrozenTrial);
    expect(readdirSync(theirs)).toEqual(['mine']);
  });
});

it('a root in memory goes when it is closed', async () => {
  const root = CheckpointRoot.passing();
  await write(root, 0, 1);
  expect(existsSync(root.path)).toBe(true);
  await root.close();
  expect(existsSync(root.path)).toBe(false);
});
