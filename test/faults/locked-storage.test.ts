import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createStudy, float, type HpoError, space } from '../../src/index.ts';
import { SqliteStorage } from '../../src/storage/index.ts';
import { HpoProcess } from '../support/hpo-process.ts';
import { openSqlite } from '../support/open-sqlite.ts';
import { storedTrials } from '../support/stored-trials.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { writeStudy } from '../support/written-study.ts';

const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));

const REPORTING = `
    for (let step = 0; step < 4; step++) {
      await trial.report(params.x, step);
      await sleep(20);
    }
    return params.x;`;

/** Takes the write lock of a database, as any other program may. @returns a function that gives it back. */
function lock(file: string): () => void {
  const other = openSqlite(file, { timeout: 60_000 });
  other.exec('BEGIN IMMEDIATE');
  return () => {
    other.exec('ROLLBACK');
    other.close();
  };
}

it('a run waits for a lock with a notice, obeys Ctrl-C meanwhile, and stores the results of its trials', async () => {
  const folder = tempFolder();
  const file = writeStudy(folder, REPORTING);
  const run = new HpoProcess(folder, ['run', file, '--trials', '500', '--workers', '2']);
  await run.waitFor('trial-reported', ({ trial }) => trial >= 4);
  const unlock = lock(join(folder, 'hpo.db'));
  const waiting = await run.waitFor('warning');
  expect(waiting.message).toBe('waiting for sqlite:///hpo.db, which another program has locked (600 s at most)');
  const running = run.of('trial-started').length - run.of('trial-finished').length;
  run.child.kill('SIGINT');
  await run.waitFor('stopping'); // while the lock is held
  unlock();
  expect(await run.ended).toEqual({ code: 130, stderr: '' });
  expect(run.of('warning').at(-1)?.message).toMatch(/^sqlite:\/\/\/hpo\.db can be used again, after \d+ s$/);
  const trials = await storedTrials(folder);
  expect(running).toBeGreaterThan(0);
  expect(new Set(trials.map(({ state }) => state))).toEqual(new Set(['COMPLETE']));
  expect(trials.every(({ intermediateValues }) => intermediateValues.size === 4)).toBe(true);
});

it('a run that has waited for long enough ends in one line; no trial fails for it, nor counts as finished', async () => {
  const folder = tempFolder();
  const file = writeStudy(folder, REPORTING);
  const database = join(folder, 'hpo.db');
  const args = ['run', file, '--trials', '30', '--workers', '2'];
  const run = new HpoProcess(folder, args, { HPO_STORAGE_WAIT: '1.5' });
  await run.waitFor('trial-finished');
  const unlock = lock(database);
  expect(await run.ended).toEqual({
    code: 2,
    stderr: 'hpo: sqlite:///hpo.db has been locked by another program for too long; try again when that is done.\n',
  });
  unlock();
  const told = run.of('trial-finished').map(({ trial }) => trial);
  const left = await storedTrials(folder);
  expect(left.filter(({ state }) => state === 'COMPLETE').map(({ number }) => number)).toEqual(
    told.sort((a, b) => a - b),
  );
  expect(left.filter(({ state }) => state === 'FAIL')).toEqual([]);
  expect(await new HpoProcess(folder, args).ended).toEqual({ code: 0, stderr: '' });
  const trials = await storedTrials(folder);
  expect(trials.map(({ state }) => state)).toEqual(Array(30).fill('COMPLETE'));
});

it('refuses an HPO_STORAGE_WAIT that is not a number of seconds, before anything is written', async () => {
  const folder = tempFolder();
  const file = writeStudy(folder, REPORTING);
  const run = new HpoProcess(folder, ['run', file], { HPO_STORAGE_WAIT: 'long' });
  expect(await run.ended).toEqual({
    code: 2,
    stderr: "hpo: HPO_STORAGE_WAIT is 'long'; give a number of seconds from 0 to 86400.\n",
  });
});

it('optimize() hands a trial back if the storage fails during its objective', async () => {
  const file = join(tempFolder(), 'hpo.db');
  const storage = await SqliteStorage.open(file, { label: 'hpo.db', create: true, waiting: { limitMs: 100 } });
  const study = await createStudy({ name: 's', space: space({ x: float(0, 1) }), storage });
  const run = study.optimize(
    async ({ trial }) => {
      if (trial.number < 1) return 1;
      const unlock = lock(file);
      try {
        await trial.report(1, 1);
      } finally {
        unlock();
      }
      return 1;
    },
    { trials: 3 },
  );
  await expect(run).rejects.toMatchObject({ code: 'HPO_STORAGE' } satisfies Partial<HpoError>);
  expect((await study.trials()).map(({ state }) => state)).toEqual(['COMPLETE', 'WAITING']);
  await study.optimize(() => 2, { trials: 2 });
  expect((await study.trials()).map(({ values }) => values)).toEqual([[1], [2]]);
  await study.close();
});

it('waiting writes are done in their order, and readers do not wait', async () => {
  const file = join(tempFolder(), 'hpo.db');
  const notices: string[] = [];
  const waiting = { onNotice: (line: string) => notices.push(line) };
  const storage = await SqliteStorage.open(file, { label: 'hpo.db', create: true, waiting });
  const study = await storage.createStudy({ name: 's', directions: ['minimize'] });
  const unlock = lock(file);
  const created = [1, 2, 3].map((n) => storage.createTrial(study, { state: 'WAITING', userAttrs: { n } }));
  expect((await storage.changesSince(study)).trials).toEqual([]);
  while (notices.length === 0) await sleep(50);
  expect((await storage.changesSince(study)).trials).toEqual([]);
  expect(notices).toHaveLength(1); // a read does not say that the lock is gone
  unlock();
  const later = storage.createTrial(study, { state: 'WAITING', userAttrs: { n: 4 } });
  const numbers = (await Promise.all([...created, later])).map(({ number }) => number);
  expect(numbers).toEqual([0, 1, 2, 3]);
  expect(notices).toEqual([
    'waiting for hpo.db, which another program has locked (30 s at most)',
    expect.stringMatching(/^hpo\.db can be used again, after \d+ s$/),
  ]);
  await storage.close();
});
