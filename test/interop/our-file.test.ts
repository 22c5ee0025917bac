import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parsePythonJson } from '../../src/base/json.ts';
import { float } from '../../src/space/float-distribution.ts';
import { leaseOf, openStorage, type Storage } from '../../src/storage/index.ts';
import { copyStudy } from '../../src/study/copy-study.ts';
import { renameStudy } from '../../src/study/rename-study.ts';
import { describeByOptuna, describeStorage } from './description.ts';
import { describeWithOptuna, runOptuna, runPython } from './optuna-python.ts';
import { SAMPLE_TRIALS, UNITS } from './sample-trials.ts';

const [NAN, INF] = [Number.NaN, Number.POSITIVE_INFINITY];

describeWithOptuna('a file of ours', () => {
  let folder: string;
  let storage: Storage;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hpo-interop-'));
    storage = await openStorage(join(folder, 'ours.db'), { create: true });
  });
  afterEach(async () => {
    await storage.close();
    await rm(folder, { recursive: true });
  });

  const fill = async () => {
    const study = await storage.createStudy({
      name: 'it\'s "ours" 🎉',
      directions: ['minimize'],
      userAttrs: { limit: INF },
      systemAttrs: { 'hpo:seed': 20 },
    });
    for (const template of SAMPLE_TRIALS) await storage.createTrial(study, template);
    return study;
  };

  it('shows Optuna all that it shows us', async () => {
    await fill();
    const several = await storage.createStudy({ name: 'several', directions: ['minimize', 'maximize', 'minimize'] });
    for (const values of [
      [1, 2, INF],
      [0, 3, -INF],
      [5, 9, 5],
    ]) {
      await storage.createTrial(several, { state: 'COMPLETE', values });
    }
    const { studies, best } = await describeByOptuna(storage.label);
    expect(studies).toEqual(await describeStorage(storage));
    expect(best).toEqual([[0], [1, 2]]);
  });

  it('shows Optuna a copy equal to the study, and a renamed study under its new name', async () => {
    const study = await fill();
    await copyStudy({ name: study.name, storage, newName: 'copy' });
    await renameStudy({ name: study.name, newName: 'renamed', storage });
    const [renamed, copy] = (await describeByOptuna(storage.label)).studies;
    expect([renamed?.name, copy?.name]).toEqual(['renamed', 'copy']);
    const systemAttrs = { 'hpo:seed': 20, 'hpo:token': expect.any(String) };
    expect(renamed).toMatchObject({ systemAttrs, userAttrs: { limit: INF } });
    expect(copy).toEqual({ ...renamed, name: 'copy', systemAttrs });
    expect(copy?.trials).toHaveLength(SAMPLE_TRIALS.length);
  });

  it('shows Optuna an erased trial as failed, and goes on with the next number', async () => {
    const study = await fill();
    await storage.eraseTrial(study, 0, { 'hpo:error': { name: 'Deleted' } });
    const { studies, best } = await describeByOptuna(storage.label);
    expect(studies).toEqual(await describeStorage(storage));
    expect(best).toEqual([[4]]);
    expect(studies[0]?.trials[0]).toMatchObject({ number: 0, state: 'FAIL', params: {}, values: null });
    expect(await runPython('continue_study.py', storage.label, study.name)).toEqual([6, 7, 8, 9, 10]);
  });

  it('is continued by Optuna, which takes our waiting trial', async () => {
    const study = await fill();
    const { cursor } = await storage.changesSince(study);
    const ran = await runPython('continue_study.py', storage.label, 'it\'s "ours" 🎉');
    expect(ran).toEqual([6, 7, 8, 9, 10]);

    const { trials } = await storage.changesSince(study, cursor);
    expect(trials.map(({ number, state }) => [number, state])).toEqual([
      [5, 'RUNNING'], // for all that we know it may have changed
      ...[6, 7, 8, 9, 10].map((number) => [number, 'COMPLETE']),
    ]);
    expect(trials[1]).toMatchObject({
      number: 6,
      params: { x: 0.125, units: 64 },
      values: [1.125],
      userAttrs: { queued: true, by: 'Optuna' },
      intermediateValues: new Map([
        [1, NAN],
        [2, 0.125],
      ]),
    });
    expect(await describeStorage(storage)).toEqual((await describeByOptuna(storage.label)).studies);
    expect((await storage.createTrial(study, { state: 'RUNNING' })).number).toBe(11);
  });

  it('gives Optuna a trial that we have taken back, with its parameters and without stale reports', async () => {
    const study = await storage.createStudy({ name: 'taken back', directions: ['minimize'] });
    const trial = await storage.createTrial(study, {
      state: 'RUNNING',
      params: [
        { name: 'x', value: 0.75, distribution: float(0, 1) },
        { name: 'units', value: 'many', distribution: UNITS },
      ],
      intermediateValues: new Map([[2, 5]]),
    });
    await storage.setIntermediateValue(leaseOf(study, trial), 3, 6, { accuracy: Number.NaN, f1: 0.5 });
    const [told] = (await describeByOptuna(storage.label)).studies;
    expect(told).toEqual((await describeStorage(storage))[0]);
    expect(JSON.stringify(told)).toContain('hpo:metrics:0');
    await storage.requeueTrial(leaseOf(study, trial), { keepReportsTo: null });
    await runPython('continue_study.py', storage.label, 'taken back');
    const { trials } = await storage.changesSince(study);
    expect(trials).toHaveLength(5);
    expect(trials[0]).toMatchObject({ params: { x: 0.75, units: 'many' }, values: [0.75] });
    expect(trials[0]?.intermediateValues.get(2)).toBe(0.75);
  });

  it('is shared with Optuna at the same time', async () => {
    const study = await storage.createStudy({ name: 'shared', directions: ['minimize'] });
    let running = 2;
    const theirs = [1, 2].map(() =>
      runPython('continue_study.py', storage.label, 'shared').finally(() => {
        running--;
      }),
    );
    const ours: number[] = [];
    while (running > 0) {
      const trial = await storage.createTrial(study, { state: 'RUNNING' });
      const lease = leaseOf(study, trial);
      await storage.setTrialParams(lease, [{ name: 'x', value: 0.5, distribution: float(0, 1) }]);
      await storage.finishTrial(lease, 'COMPLETE', [0.5]);
      ours.push(trial.number);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const numbers = [...(await Promise.all(theirs)), ours].flat() as number[];
    expect(numbers.sort((a, b) => a - b)).toEqual(numbers.map((_, n) => n));
    const { trials } = await storage.changesSince(study);
    expect(trials.map(({ number, state }) => [number, state])).toEqual(numbers.map((n) => [n, 'COMPLETE']));
  });

  it('is listed by the optuna command', async () => {
    await fill();
    const listed = parsePythonJson(await runOptuna('studies', '--storage', storage.label, '--format', 'json'));
    expect(listed).toMatchObject([{ name: 'it\'s "ours" 🎉', direction: ['MINIMIZE'], n_trials: 7 }]);
    const trial = await runOptuna(
      ...['best-trial', '--storage', storage.label, '--study-name', 'it\'s "ours" 🎉', '--format', 'json'],
    );
    expect(parsePythonJson(trial)).toMatchObject({ number: 0, value: 0.5 });
    await runOptuna('create-study', '--storage', storage.label, '--study-name', 'by the command');
    expect((await storage.listStudies()).map(({ name }) => name)).toEqual(['it\'s "ours" 🎉', 'by the command']);
    await runOptuna('delete-study', '--storage', storage.label, '--study-name', 'it\'s "ours" 🎉');
    expect((await storage.listStudies()).map(({ name }) => name)).toEqual(['by the command']);
  });
});
