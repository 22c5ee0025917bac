import { join } from 'node:path';
import { expect, it } from 'vitest';
import { refusal } from '../../test/support/refusal.ts';
import { tempFolder } from '../../test/support/temp-folder.ts';
import { withDatabase } from '../../test/support/with-database.ts';
import { random } from '../sampler/random.ts';
import { openStorage } from '../storage/open-storage.ts';
import { createStudy, loadStudy } from './open-study.ts';

/** A database with a study, in which something is changed. */
async function spoilt(sql: string): Promise<string> {
  const storage = join(tempFolder(), 'hpo.db');
  await (await createStudy({ name: 's', storage, seed: 1 })).close();
  withDatabase(storage, (db) => {
    db.unsafeMode(true);
    db.pragma('writable_schema = ON');
    db.exec("UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL', '') WHERE type = 'table'");
    db.pragma('writable_schema = RESET');
    db.exec(sql);
  });
  return storage;
}

const setAttr = (key: string, value: string) =>
  `UPDATE study_system_attributes SET value_json = ${value} WHERE "key" = '${key}'`;

it('a study whose token is no text gets another one', async () => {
  const storage = await spoilt(setAttr('hpo:token', "'0.5'"));
  const study = await loadStudy({ name: 's', storage, sampler: random() });
  expect((await study.systemAttrs())['hpo:token']).toEqual(expect.any(String));
  await study.close();
});

it('an attribute that is no text at all is named', async () => {
  const storage = await spoilt(setAttr('hpo:seed', 'NULL'));
  expect(await refusal(loadStudy({ name: 's', storage }))).toMatch(/`?"hpo:seed"`? .*it is no text/);
});

it('a study without a name is listed, and is no reason to find no other', async () => {
  const storage = await spoilt('UPDATE studies SET study_name = NULL');
  expect(await refusal(loadStudy({ name: 's', storage }))).toContain("HPO_STUDY_NOT_FOUND There is no study 's' in");
  const opened = await openStorage(storage, { create: false });
  expect(await opened.listStudies()).toMatchObject([{ name: 'null', unreadable: [expect.anything()] }]);
  await opened.close();
});
