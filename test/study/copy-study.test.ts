import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyStudy, createStudy, deleteStudy, float, loadStudy, renameStudy, space } from '../../src/index.ts';
import { openStorage } from '../../src/storage/index.ts';
import type { FrozenTrial } from '../../src/trial/frozen-trial.ts';
import { memoryFolder } from '../support/temp-folder.ts';

const settings = { name: 'a', seed: 3, space: space({ x: float(0, 1) }) } as const;

/** A study with a trial in every state, the running one under a lease. */
async function studyIn(storage: string) {
  const study = await createStudy({ ...settings, storage, settings: { epochs: 3 } });
  await study.optimize(
    async ({ params, trial }) => {
      await trial.report(Number.NaN, 1);
      await trial.setUserAttr('note', [Infinity]);
      if (trial.number === 1) throw new Error('no luck');
      return params.x;
    },
    { trials: 3 },
  );
  await study.setUserAttr('who', 'me');
  const running = await study.ask();
  await study.enqueue({ x: 0.25 });
  return { study, running };
}

const withoutIds = (trials: readonly FrozenTrial[]) => trials.map(({ id: _, ...trial }) => trial);

describe('copyStudy', () => {
  it('copies all but the leases and the conclusion, to another database too, and the copy goes on by itself', async () => {
    const storage = join(memoryFolder(), 'hpo.db');
    const { study, running } = await studyIn(storage);
    const toStorage = join(memoryFolder(), 'other.db');
    expect(await copyStudy({ name: 'a', storage, newName: 'b' })).toMatchObject({ trials: 5 });
    expect((await copyStudy({ name: 'a', storage, toStorage })).storageLabel).toContain('other.db');
    const trials = withoutIds(await study.trials());
    for (const [name, url] of [
      ['b', storage],
      ['a', toStorage],
    ] as const) {
      const copy = await loadStudy({ ...settings, name, storage: url });
      const copied = withoutIds(await copy.trials());
      expect(copied.filter(({ state }) => state !== 'RUNNING')).toEqual(
        trials.filter(({ state }) => state !== 'RUNNING'),
      );
      const { 'hpo:lease': _, ...systemAttrs } = trials[running.number]?.systemAttrs ?? {};
      expect(copied[running.number]).toEqual({ ...trials[running.number], systemAttrs });
      expect(await copy.userAttrs()).toEqual({ who: 'me' });
      expect(copy.seed).toBe(3);
      expect((await copy.systemAttrs())['hpo:token']).not.toBe((await study.systemAttrs())['hpo:token']);
      // The copy does not wait for its trial that nobody runs.
      await copy.optimize(({ params }) => params.x, { trials: 5 });
      expect((await copy.trials()).map(({ state }) => state)).toEqual([
        'COMPLETE',
        'FAIL',
        'COMPLETE',
        'RUNNING',
        'COMPLETE',
        'COMPLETE',
      ]);
      await copy.close();
    }
    await study.tell(running, 0.5);
    expect(withoutIds(await study.trials()).map(({ state }) => state)).toContain('WAITING');
    await study.close();
  });

  it('leaves nothing where it cannot be made', async () => {
    const folder = memoryFolder();
    const storage = join(folder, 'hpo.db');
    const { study } = await studyIn(storage);
    await study.close();
    for (const [options, code] of [
      [{ name: 'nobody' }, 'HPO_STUDY_NOT_FOUND'],
      [{ name: 'a' }, 'HPO_STUDY_EXISTS'],
      [{ name: 'a', newName: '' }, 'HPO_INVALID_ARGUMENT'],
      [{ name: 'a', toStorage: 'memory:' }, 'HPO_INVALID_ARGUMENT'], // nobody would ever see it
    ] as const) {
      await expect(copyStudy({ ...options, storage })).rejects.toMatchObject({ code });
    }
    const opened = await openStorage(storage, { create: false });
    expect((await opened.listStudies()).map(({ name }) => name)).toEqual(['a']);
    await opened.close();
  });
});

it('renameStudy gives a study another name, under which it goes on', async () => {
  const storage = join(memoryFolder(), 'hpo.db');
  const { study } = await studyIn(storage);
  const trials = await study.trials();
  await study.close();
  await renameStudy({ name: 'a', newName: 'b', storage });
  const renamed = await loadStudy({ ...settings, name: 'b', storage });
  expect((await renamed.trials()).slice(0, 3)).toEqual(trials.slice(0, 3));
  await renamed.close();
  await expect(renameStudy({ name: 'a', newName: 'c', storage })).rejects.toMatchObject({
    code: 'HPO_STUDY_NOT_FOUND',
  });
  await deleteStudy({ name: 'b', storage });
});
