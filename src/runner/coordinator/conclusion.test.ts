import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { tempFolder } from '../../../test/support/temp-folder.ts';
import type { JsonValue } from '../../base/json.ts';
import { createStudy, defineStudy, float, random, type Study, space } from '../../index.ts';
import { formatIdentity, thisProcess } from '../../machine/process-identity.ts';
import { MemoryStorage } from '../../storage/memory/memory-storage.ts';
import type { StudyRecord } from '../../storage/storage.ts';
import type { StudyDefinition } from '../../study/definition/definition.ts';
import type { RunEvent } from '../../study/run-event.ts';
import { CONCLUSION_KEY } from '../../study/study-keys.ts';
import { RunControl } from '../events/run-control.ts';
import { writeJson } from '../results.ts';
import { hashOfFile } from '../study-file.ts';
import { conclude } from './conclusion.ts';
import type { RunOptions } from './run-options.ts';
import type { RunPlan } from './run-plan.ts';
import { WorkerSlot } from './worker-slot.ts';

const declared = { name: 'study', space: space({ x: float(0, 1) }), objective: () => 0 };
const plain = defineStudy(declared);
const retraining = defineStudy({ ...declared, retrain: { run: () => null } });
const SETTINGS = { trial: { epochs: 3 }, retrain: { epochs: 50 } };

let events: RunEvent[];
let options: RunOptions;
let storage: MemoryStorage;
let study: Study;
let folder: string;
beforeEach(async () => {
  folder = tempFolder();
  const studyFile = join(folder, 'study.ts');
  writeFileSync(studyFile, '// the study');
  events = [];
  options = { studyFile, control: new RunControl(), emit: (event) => void events.push(event) };
  storage = new MemoryStorage();
  const parts = { name: 'study', space: declared.space, storage, sampler: random(), seed: 1 };
  study = (await createStudy(parts)) as unknown as Study;
  await study.tell(await study.ask(), 3);
  await study.tell(await study.ask(), 1);
});

const planOf = (definition: unknown, record: StudyRecord): RunPlan => ({
  ...{ definition: definition as StudyDefinition, study, storage, record, folder },
  ...{ target: { trials: 2, from: 'flag', former: undefined }, code: { own: 'c0de', ofStudy: 'c0de' } },
  ...{ settings: SETTINGS, profile: 'quick', profileFrom: 'flag', continued: false, resumedSettings: undefined },
  ...{ device: undefined, workers: 1, workersReason: undefined },
});

/** Concludes the study. Its slot would start a process where it had to retrain. */
async function concludeStudy(definition: unknown, isFailing = false, record = study.record): Promise<void> {
  const slot = new WorkerSlot(0, { studyFile: options.studyFile, env: {}, emit: options.emit });
  await conclude({ plan: planOf(definition, record), slot, isFailing }, options);
}

const right = (value: JsonValue) => storage.setStudyAttr(study.record, 'system', CONCLUSION_KEY, value);
const best = () => JSON.parse(readFileSync(join(folder, 'best.json'), 'utf8'));
const isWritten = { type: 'best-written' };

describe('the best configuration', () => {
  it('is written with all that it takes to train it again', async () => {
    await concludeStudy(plain);
    expect(events).toEqual([{ type: 'best-written', file: join(folder, 'best.json') }]);
    const [, trial] = await study.trials();
    expect(best()).toMatchObject({
      ...{ study: 'study', trial: 1, value: 1, params: trial?.params, settings: { epochs: 3 }, profile: 'quick' },
      ...{ studySeed: 1, storage: 'memory:', device: null },
    });
  });

  it('is all that is written where the run is stopped, fails, or is not to retrain', async () => {
    await concludeStudy(retraining, true);
    options = { ...options, retrain: false };
    await concludeStudy(retraining);
    options = { ...options, retrain: true };
    options.control.stop.drain();
    await concludeStudy(retraining);
    expect(events).toMatchObject([isWritten, isWritten, isWritten]);
    expect((await storage.findStudy('study'))?.systemAttrs[CONCLUSION_KEY]).toBeUndefined();
  });
});

describe('a winner that was retrained with these settings before', () => {
  const note = { trial: 1, settings: SETTINGS.retrain };
  const stored = async () => (await storage.findStudy('study')) as StudyRecord;
  beforeEach(async () => {
    const [, trial] = await study.trials();
    const studyFile = hashOfFile(options.studyFile);
    const configuration = { study: 'study', ...note, params: trial?.params, studySeed: 1, studyFile };
    writeJson(join(folder, 'retrain/metrics.json'), { configuration });
  });

  it('is not trained again, and the conclusion is noted', async () => {
    await concludeStudy(retraining);
    expect(events).toMatchObject([isWritten, { type: 'retrain-skipped', folder: join(folder, 'retrain') }]);
    expect((await stored()).systemAttrs[CONCLUSION_KEY]).toEqual({ count: 1, conclusion: note });
  });

  it('is looked at where the conclusion is of an earlier run', async () => {
    await right({ count: 1, conclusion: note });
    await concludeStudy(retraining, false, await stored());
    expect(events).toMatchObject([isWritten, { type: 'retrain-skipped' }]);
    expect((await stored()).systemAttrs[CONCLUSION_KEY]).toEqual({ count: 2, conclusion: note });
  });
});

describe('a study that another process concludes', () => {
  it('is left to it while it lives', async () => {
    const self = thisProcess();
    await right({ holder: 'another', counter: 0, graceMs: 60_000, process: formatIdentity(self) });
    await concludeStudy(retraining);
    expect(events).toEqual([{ type: 'concluded-elsewhere', by: `process ${self.pid} on ${self.host}` }]);
  });

  it('is left as it is where the other has retrained this very configuration meanwhile', async () => {
    await right({ count: 1, conclusion: { trial: 1, settings: SETTINGS.retrain } });
    await concludeStudy(retraining);
    expect(events).toMatchObject([
      isWritten,
      { type: 'concluded-elsewhere', by: 'another process, while this one ran trials,' },
    ]);
    const note = (await storage.findStudy('study'))?.systemAttrs[CONCLUSION_KEY];
    expect(note).toMatchObject({ count: 1 }); // it stays for later ones
  });
});
