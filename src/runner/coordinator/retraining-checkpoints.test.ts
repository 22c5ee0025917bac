import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { frozenTrial } from '../../../test/support/frozen-trial.ts';
import { tempFolder } from '../../../test/support/temp-folder.ts';
import { formatIdentity, thisProcess } from '../../machine/process-identity.ts';
import { CheckpointRoot, placeOf } from '../../study/checkpoints/checkpoint-root.ts';
import { checkpointsAttr } from '../../study/checkpoints/kept-checkpoints.ts';
import { writeStep } from '../../study/checkpoints/step-folder.ts';
import { TrialCheckpoints } from '../../study/checkpoints/trial-checkpoints.ts';
import { RetrainingCheckpoints, toTake } from './retraining-checkpoints.ts';

const CONFIGURATION = { params: { x: 1 }, settings: { epochs: 9 } };
const text = (content: string) => (folder: string) => writeFile(join(folder, 'state'), content);

let folder: string;
beforeEach(() => {
  folder = tempFolder();
});

const open = (configuration = CONFIGURATION, take?: Parameters<typeof RetrainingCheckpoints.open>[3]) =>
  RetrainingCheckpoints.open(folder, 3, configuration, take);

/** The checkpoints as the retraining has them. */
const used = (opened: RetrainingCheckpoints) =>
  new TrialCheckpoints(opened.start, { keepCheckpoints: (kept) => opened.store(kept), warn: () => undefined });

const stateOf = (opened: RetrainingCheckpoints) => {
  const last = opened.start.last?.folder;
  return last && readFileSync(join(last, 'state'), 'utf8');
};

it('go on where a retraining of the same configuration was interrupted, and are gone when it has finished', async () => {
  const first = await open();
  expect([first.start.last, first.from, first.afterStep]).toEqual([undefined, null, undefined]);
  const checkpoints = used(first);
  await checkpoints.keep(4, text('four'), { best: true });
  await checkpoints.keep(5, text('five'));
  await first.finish(false);
  const second = await open();
  expect([stateOf(second), second.afterStep, second.start.best?.step]).toEqual(['five', 5, 4]);
  await used(second).keep(6, text('six'));
  await second.finish(true);
  expect(readdirSync(folder)).toEqual([]);
  expect(stateOf(await open())).toBeUndefined();
});

it('begin anew with another configuration of the trial, and where they are broken', async () => {
  const first = await open();
  await used(first).keep(4, text('four'));
  await first.finish(false);
  expect((await open({ ...CONFIGURATION, settings: { epochs: 10 } })).start.last).toBeUndefined();
  const again = await open();
  expect(again.start.last).toBeUndefined();
  await used(again).keep(4, text('four'));
  rmSync(join(again.start.place, 'step-4', 'state'));
  expect((await open()).start).toMatchObject({ attempt: 1, last: undefined });
  writeFileSync(join(again.start.place, 'retraining.json'), '{"owner": 1, "last": {"step": "../.."}}');
  expect((await open()).start).toMatchObject({ attempt: 1, last: undefined });
});

it('of an interrupted retraining without any leave no folder', async () => {
  await (await open()).finish(false);
  expect(readdirSync(folder)).toEqual([]);
});

it('of a dead process are taken over, those of a living one are left alone', async () => {
  const first = await open();
  await used(first).keep(4, text('four'));
  const file = join(first.start.place, 'retraining.json');
  const record = JSON.parse(readFileSync(file, 'utf8'));
  const owned = (owner: string) => writeFileSync(file, JSON.stringify({ ...record, owner }));
  owned(formatIdentity({ ...thisProcess(), host: 'another name of this one' }));
  const beside = await open();
  expect(stateOf(beside)).toBeUndefined();
  await beside.finish(true);
  expect(existsSync(file)).toBe(true);
  owned(formatIdentity({ ...thisProcess(), started: '1' }));
  expect(stateOf(await open())).toBe('four');
});

it("begin with copies of the trial's, which may be removed meanwhile", async () => {
  const root = new CheckpointRoot(join(tempFolder(), 'root'));
  for (const step of [2, 5]) await writeStep(placeOf(root.path, 7), { step, attempt: 2 }, text(`step ${step}`));
  const mark = { trial: 7, attempt: 2 };
  const kept = { place: '', last: { step: 5, ...mark }, best: { step: 2, ...mark }, isToStay: false };
  const trial = frozenTrial(7, { systemAttrs: checkpointsAttr(kept) });
  const warnings: unknown[] = [];
  const take = await toTake(trial, root, (event) => void warnings.push(event));
  const opened = await open(CONFIGURATION, take);
  await root.remove(7);
  expect([stateOf(opened), opened.from]).toEqual(['step 5', { trial: 3, step: 5 }]);
  expect(readFileSync(join(opened.start.best?.folder ?? '', 'state'), 'utf8')).toBe('step 2');
  await used(opened).keep(6, text('own'));
  await opened.finish(false);
  const again = await open();
  expect([stateOf(again), again.from, again.afterStep]).toEqual(['own', { trial: 3, step: 5 }, 6]);
  expect(warnings).toEqual([]);
  expect(await toTake(trial, root, (event) => void warnings.push(event))).toBeUndefined();
  const place = join(root.path, 'trial-7');
  const message = `trial 7 has no checkpoint in ${place}; its retraining begins with nothing`;
  expect(warnings).toEqual([{ type: 'warning', message }]);
  expect(existsSync(place)).toBe(false);
});
