import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { deleteStudy } from '../../src/index.ts';
import { openStorage } from '../../src/storage/index.ts';
import { HpoProcess, until } from '../support/hpo-process.ts';
import { countStates, storedTrials } from '../support/stored-trials.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { SLOW, writeStudy } from '../support/written-study.ts';

/** The names of the files that databases were rescued to. */
const rescuedIn = (folder: string) => readdirSync(folder).filter((name) => name.includes('-rescued-'));

it('a run whose database is deleted ends in a line that names the file with its trials, running ones included', async () => {
  const folder = tempFolder();
  const file = writeStudy(folder, SLOW);
  const args = ['run', file, '--trials', '60', '--workers', '2'];
  const run = new HpoProcess(folder, args);
  await run.waitFor('trial-finished', ({ trial }) => trial >= 3);
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, `hpo.db${suffix}`));
  const { code, stderr } = await run.ended;
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^hpo: sqlite:\/\/\/hpo\.db was deleted while it was open; all that it held is in \S+; give that the name hpo\.db to go on\.\n$/,
  );
  expect(run.of('run-finished')).toEqual([]);
  const [rescued = '', ...more] = rescuedIn(folder);
  expect(more).toEqual([]);
  expect(stderr).toContain(join(folder, rescued));

  renameSync(join(folder, rescued), join(folder, 'hpo.db'));
  const told = run.of('trial-finished').map(({ trial }) => trial);
  const kept = (await storedTrials(folder)).filter(({ state }) => state === 'COMPLETE' || state === 'PRUNED');
  expect(kept.map(({ number }) => number)).toEqual(expect.arrayContaining(told));
  expect(countStates(await storedTrials(folder))).not.toHaveProperty('RUNNING');
  expect((await new HpoProcess(folder, args).ended).code).toBe(0);
  expect(await storedTrials(folder)).toHaveLength(60);
});

/** A retraining that makes a file when it runs, and goes on when there is a file `go`. */
const RETRAIN = `retrain: { async run({ folder }) {
    const { existsSync, writeFileSync } = await import('node:fs');
    writeFileSync('retraining', '');
    while (!existsSync('go')) await sleep(20);
    writeFileSync(folder + '/model', 'trained');
  } },`;

it('a database that is replaced while the winner is retrained is reported at the end, and the model is kept', async () => {
  const folder = tempFolder();
  const file = writeStudy(folder, 'return params.x;', RETRAIN);
  const run = new HpoProcess(folder, ['run', file, '--trials', '3', '--workers', '1']);
  await run.waitFor('retrain-started');
  await until(() => existsSync(join(folder, 'retraining')), 'the retraining began');
  const other = await openStorage(join(folder, 'other.db'), { create: true });
  await other.close();
  renameSync(join(folder, 'other.db'), join(folder, 'hpo.db'));
  const before = readFileSync(join(folder, 'hpo.db'));
  writeFileSync(join(folder, 'go'), '');
  const { code, stderr } = await run.ended;
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('was replaced by another file') });
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(run.of('warning')).toHaveLength(1);
  expect(readFileSync(join(folder, 'hpo.db'))).toEqual(before);
  expect(rescuedIn(folder)).toHaveLength(1);
  expect(readFileSync(join(folder, 'runs/study/retrain/model'), 'utf8')).toBe('trained');
});

it('a study that is deleted while its winner is retrained is reported once, at the end, and the model is kept', async () => {
  const folder = tempFolder();
  const file = writeStudy(folder, 'return params.x;', RETRAIN);
  const run = new HpoProcess(folder, ['run', file, '--trials', '3', '--workers', '1']);
  await run.waitFor('retrain-started');
  await until(() => existsSync(join(folder, 'retraining')), 'the retraining began');
  await deleteStudy({ name: 'study', storage: join(folder, 'hpo.db') });
  writeFileSync(join(folder, 'go'), '');
  expect(await run.ended).toEqual({
    code: 2,
    stderr: "hpo: The study 'study' is not in sqlite:///hpo.db any more: it was deleted.\n",
  });
  expect(run.of('warning')).toEqual([]);
  expect(readFileSync(join(folder, 'runs/study/retrain/model'), 'utf8')).toBe('trained');
});
