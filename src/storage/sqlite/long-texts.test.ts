import { join } from 'node:path';
import { expect, it } from 'vitest';
import { memoryFolder } from '../../../test/support/temp-folder.ts';
import { withDatabase } from '../../../test/support/with-database.ts';
import { FloatDistribution } from '../../space/float-distribution.ts';
import { openStorage } from '../open-storage.ts';
import type { StudyRecord } from '../storage.ts';
import { sqliteFile } from '../storage-kinds.ts';
import { LONGEST_TEXT } from './bounded-column.ts';
import { examineFile } from './examination.ts';

/** The text columns of trials: each is spoilt in a trial of its own. */
const COLUMNS = [
  ['trial_user_attributes', 'value_json'],
  ['trial_system_attributes', 'value_json'],
  ['trial_user_attributes', '"key"'],
  ['trial_params', 'distribution_json'],
  ['trial_params', 'param_name'],
  ['trial_values', 'value_type'],
  ['trial_intermediate_values', 'intermediate_value_type'],
  ['trials', 'state'],
  ['trials', 'datetime_start'],
] as const;

it('texts that would fill the memory are not read, and the rest of the database is', async () => {
  const file = join(memoryFolder(), 'studies.db');
  const storage = await openStorage(file, { create: true });
  for (const name of ['a', 'b']) await storage.createStudy({ name, directions: ['minimize'], userAttrs: { note: 1 } });
  const study = (await storage.findStudy('a')) as StudyRecord;
  for (let n = 0; n <= COLUMNS.length; n++) {
    await storage.createTrial(study, {
      state: 'COMPLETE',
      values: [n],
      params: [{ name: 'x', value: 0.5, distribution: new FloatDistribution(0, 1) }],
      intermediateValues: new Map([[0, 1]]),
      userAttrs: { note: 'x' },
      systemAttrs: { note: 'x' },
    });
  }
  await storage.close();
  withDatabase(file, (db) => {
    db.prepare('CREATE TEMP TABLE long AS SELECT ? AS text').run(JSON.stringify('x'.repeat(LONGEST_TEXT)));
    const long = '(SELECT text FROM long)';
    for (const [at, [table, column]] of COLUMNS.entries()) {
      db.exec(`UPDATE ${table} SET ${column} = ${long} WHERE trial_id = ${at + 1}`);
    }
    db.exec(`UPDATE study_user_attributes SET value_json = ${long} WHERE study_id = 1`);
    db.exec(`UPDATE studies SET study_name = ${long} WHERE study_id = 2`);
  });

  const reader = await openStorage(file, { create: false });
  const studies = await reader.listStudies();
  expect(studies.map(({ name }) => name)).toEqual(['a', `a name of ${LONGEST_TEXT + 2} bytes`]);
  expect(studies[0]?.unreadable).toEqual([
    `the attribute "note" is a text of ${LONGEST_TEXT + 2} bytes, more than hpo reads`,
  ]);
  const { trials } = await reader.changesSince(study);
  expect(trials.map(({ unreadable }) => unreadable === undefined)).toEqual([...COLUMNS.map(() => false), true]);
  expect(trials.at(-1)).toMatchObject({ state: 'COMPLETE', values: [COLUMNS.length], params: { x: 0.5 } });
  const orders = [{ by: 'state' }, { by: 'started' }, { by: 'duration' }] as const;
  for (const order of orders) expect(await reader.page(study, { order, limit: 50 })).toHaveLength(trials.length);
  for (const by of ['param', 'userAttr'] as const) await reader.page(study, { order: { by, name: 'x' }, limit: 5 });
  const inventory = await reader.inventory(study);
  expect(JSON.stringify([studies, trials, inventory]).length).toBeLessThan(20_000);
  await reader.close();
  const { defects } = await examineFile(sqliteFile(file), { networkOf: () => undefined });
  const kinds = ['long-text', 'missing-values', 'unknown-state', 'wrong-values'];
  expect([...new Set(defects.map(({ kind }) => kind))].sort()).toEqual(kinds);
  expect(JSON.stringify(defects).length).toBeLessThan(5_000);
});
