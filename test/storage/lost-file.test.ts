import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { HpoError } from '../../src/base/errors.ts';
import { createStudy, float, random, space } from '../../src/index.ts';
import { leaseOf, openStorage, type Storage } from '../../src/storage/index.ts';
import { openSqlite } from '../support/open-sqlite.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** A database with two studies, one of them with a running trial, and the storage that has it open. */
async function openWithTrial(journal: 'wal' | 'delete') {
  const file = join(tempFolder(), 'work', 'hpo.db');
  mkdirSync(dirname(file));
  await (await openStorage(file, { create: true })).close();
  if (journal === 'delete') {
    const db = openSqlite(file);
    db.pragma('journal_mode = DELETE');
    db.close();
  }
  const notices: string[] = [];
  const storage = await openStorage(file, { create: false, waiting: { onNotice: (line) => notices.push(line) } });
  await storage.createStudy({ name: 'other', directions: ['maximize'] });
  const study = await storage.createStudy({ name: 'study', directions: ['minimize'] });
  const trial = await storage.createTrial(study, { state: 'RUNNING' });
  await storage.createTrial(study, { state: 'COMPLETE', values: [3] });
  return { file, storage, study, lease: leaseOf(study, trial), notices };
}

/** Puts another database in the place of a file. */
async function replace(file: string): Promise<void> {
  const other = join(tempFolder(), 'new.db');
  const storage = await openStorage(other, { create: true });
  await storage.createStudy({ name: 'new', directions: ['minimize'] });
  await storage.close();
  renameSync(other, file);
}

const refusalOf = (call: Promise<unknown>): Promise<HpoError> =>
  call.then(
    () => {
      throw new Error('it was not refused');
    },
    (error: unknown) => {
      if (HpoError.is(error)) return error;
      throw error;
    },
  );

async function statesIn(file: string): Promise<readonly string[]> {
  const storage = await openStorage(file, { create: false });
  try {
    const lines: string[] = [];
    for (const study of await storage.listStudies()) {
      const { trials } = await storage.changesSince(study);
      lines.push([study.name, ...trials.map(({ state, values }) => `${state} ${values}`)].join(': '));
    }
    return lines;
  } finally {
    await storage.close();
  }
}

const everyFile = (file: string) => ['', '-wal', '-shm'].map((suffix) => file + suffix);

it.each<[what: string, journal: 'wal' | 'delete', lose: (file: string) => unknown, told: RegExp]>([
  ['deleted', 'wal', (file) => rmSync(file), /hpo\.db was deleted while/],
  ['deleted with its log', 'wal', (file) => everyFile(file).map((each) => rmSync(each)), /hpo\.db was deleted while/],
  ['deleted, one with a rollback journal', 'delete', (file) => rmSync(file), /hpo\.db was deleted while/],
  ['moved', 'wal', (file) => renameSync(file, `${file}.old`), /hpo\.db was moved to \S+hpo\.db\.old while/],
  ['replaced', 'wal', replace, /hpo\.db was replaced by another file while/],
  ['replaced, one with a rollback journal', 'delete', replace, /hpo\.db was replaced by another file while/],
  ['bereft of its log', 'wal', (file) => rmSync(`${file}-wal`), /hpo\.db lost its -wal file, .* while/],
  ['bereft of its index', 'wal', (file) => rmSync(`${file}-shm`), /hpo\.db lost its -shm file, .* while/],
  ['in a folder that goes', 'wal', (file) => rmSync(dirname(file), { recursive: true }), /hpo\.db was deleted while/],
])('a database that is %s while it is open is noticed, and its content kept', async (_what, journal, lose, told) => {
  const { file, storage, study, lease, notices } = await openWithTrial(journal);
  await storage.confirm();
  await lose(file);
  const replaced = existsSync(file) ? readFileSync(file) : undefined;

  const refused = await refusalOf(storage.confirm());
  expect(refused.code).toBe('HPO_STORAGE');
  const rescued = String(refused.data.rescued);
  expect(refused.message).toMatch(told);
  const name = existsSync(dirname(file)) ? 'hpo.db' : file;
  expect(refused.message).toContain(`; all that it held is in ${rescued}; give that the name ${name} to go on.`);
  expect(refused.message).not.toContain('\n');
  expect(notices).toEqual([refused.message]);
  expect(await statesIn(rescued)).toEqual(['other', 'study: RUNNING null: COMPLETE 3']);
  const kept = existsSync(dirname(file)) ? dirname(file) : dirname(dirname(file));
  expect(dirname(rescued)).toBe(kept);

  // The end of a running trial is refused, too, and kept all the same.
  for (const call of [
    storage.startTrial(study, { holder: null }),
    storage.setIntermediateValue(lease, 1, 0.5),
    storage.finishTrial(lease, 'COMPLETE', [2]),
    storage.createStudy({ name: 'late', directions: ['minimize'] }),
    storage.confirm(),
  ]) {
    expect((await refusalOf(call)).message).toBe(refused.message);
  }
  await storage.close();
  expect(await statesIn(rescued)).toEqual(['other', 'study: COMPLETE 2: COMPLETE 3']);
  if (/deleted|moved|replaced/.test(refused.message)) {
    if (replaced !== undefined) expect(readFileSync(file)).toEqual(replaced); // the file in its place is unchanged
    const rest = existsSync(dirname(file)) ? readdirSync(dirname(file)) : [];
    expect(rest.filter((name) => /-(wal|shm)$/.test(name))).toEqual([]);
  }
});

it('optimize() does not end as if all were well, even with very short trials', async () => {
  const file = join(tempFolder(), 'hpo.db');
  const study = await createStudy({ name: 's', space: space({ x: float(0, 1) }), storage: file, sampler: random() });
  const run = study.optimize(({ params }) => params.x, {
    trials: 5,
    onTrial: ({ trial }) => trial.number === 4 && rmSync(file),
  });
  await expect(run).rejects.toThrow(/hpo\.db was deleted while it was open; all that it held is in /);
  await study.close();
});

it('a copy of a database that may only be read is not taken for a lost one', async () => {
  const { file, storage } = await openWithTrial('wal');
  await storage.close();
  const copy = `${file}.copy`;
  copyFileSync(file, copy);
  const reading: Storage = await openStorage(copy, { create: false });
  await reading.confirm();
  await reading.close();
  await expect(reading.confirm()).rejects.toMatchObject({ code: 'HPO_STORAGE' });
});
