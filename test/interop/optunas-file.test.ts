import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { float } from '../../src/space/float-distribution.ts';
import { int } from '../../src/space/int-distribution.ts';
import { leaseOf, openStorage, type Storage, type StudyRecord } from '../../src/storage/index.ts';
import type { FrozenTrial } from '../../src/trial/frozen-trial.ts';
import { describeByOptuna, describeStorage } from './description.ts';
import { describeWithOptuna, PATIENCE_MS, runPython } from './optuna-python.ts';

describeWithOptuna("a file of Optuna's", () => {
  const opened: Storage[] = [];
  let folder: string;
  let url: string;
  const open = async () => {
    const storage = await openStorage(url, { create: false });
    opened.push(storage);
    return storage;
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hpo-interop-'));
    url = `sqlite:///${join(folder, 'optuna.db')}`;
    await runPython('make_study.py', url, 'theirs');
  }, PATIENCE_MS);
  afterAll(() => rm(folder, { recursive: true }));
  afterEach(async () => {
    for (const storage of opened.splice(0)) await storage.close();
  });

  it('shows us all that it shows Optuna', async () => {
    const described = await describeStorage(await open());
    expect(described).toEqual((await describeByOptuna(url)).studies);
    const states = new Set(described.flatMap(({ trials }) => trials.map(({ state }) => state)));
    expect(states).toEqual(new Set(['COMPLETE', 'PRUNED', 'FAIL', 'RUNNING', 'WAITING']));
  });

  it('keeps its bytes, its times and its journal while we read it', async () => {
    const file = join(folder, 'optuna.db');
    const state = async () => ({
      bytes: await readFile(file),
      mtimeMs: (await stat(file)).mtimeMs,
      files: await readdir(folder),
    });
    const before = await state();
    const storage = await open();
    await describeStorage(storage);
    expect(await state()).toEqual(before);
    await storage.close();
    expect(await state()).toEqual(before);
    expect(before.files).toEqual(['optuna.db']);
  });

  it('is continued by us, and Optuna sees that', async () => {
    const storage = await open();
    const study = (await storage.findStudy('theirs')) as StudyRecord;
    expect(study.token).toBeUndefined();
    const before = (await storage.changesSince(study)).trials;
    const waiting = before.find(({ state }) => state === 'WAITING');
    const holder = { id: 'us', graceMs: 120_000, process: null };
    const claimed = (await storage.startTrial(study, { holder })) as FrozenTrial;
    expect(claimed).toMatchObject({ number: waiting?.number, systemAttrs: { fixed_params: { x: 99, rate: 0.001 } } });
    await storage.finishTrial(leaseOf(study, claimed), 'FAIL', null, { 'hpo:failure': 'no' });

    const trial = await storage.createTrial(study, { state: 'RUNNING' });
    const { number } = trial;
    const lease = leaseOf(study, trial);
    expect(number).toBe(before.length);
    await storage.setTrialParams(lease, [
      { name: 'x', value: 3, distribution: float(0, 5) },
      { name: 'layers', value: 7, distribution: int(1, 9) },
      { name: 'ours', value: 0.5, distribution: float(0, 1, { step: 0.25 }) },
    ]);
    await storage.setIntermediateValue(lease, 1, Number.NaN);
    await storage.setIntermediateValue(lease, 2, -1);
    await storage.setTrialAttrs(lease, 'user', { by: 'hpo' });
    await storage.finishTrial(lease, 'COMPLETE', [-1]);
    await storage.setStudyAttr(study, 'system', 'hpo:seed', 20);

    const { studies, best } = await describeByOptuna(url);
    expect(studies).toEqual(await describeStorage(storage));
    expect(studies[0]?.trials).toHaveLength(before.length + 1);
    expect(best[0]).toEqual([number]);
    const refused = storage.createTrial(study, {
      state: 'WAITING',
      params: [{ name: 'x', value: 3, distribution: int(0, 5) }],
    });
    await expect(refused).rejects.toMatchObject({ code: 'HPO_STUDY_DIFFERS' });
  });
});
