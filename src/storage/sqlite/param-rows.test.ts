import type { Database } from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../../../test/support/temp-folder.ts';
import { withDatabase } from '../../../test/support/with-database.ts';
import { categorical } from '../../space/categorical-distribution.ts';
import { float } from '../../space/float-distribution.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { openStorage } from '../open-storage.ts';
import type { Storage, StudyRecord, SuggestedParam } from '../storage.ts';

const COUNT = 650;

const paramsOf = (number: number): readonly SuggestedParam[] => [
  { name: 'x', value: number / COUNT, distribution: float(0, 1) },
  { name: 'é', value: ['a', 'b'][number % 2] as string, distribution: categorical(['a', 'b']) },
  { name: '__proto__', value: -number, distribution: float(-COUNT, 0) },
];

interface Stored {
  readonly storage: Storage;
  readonly study: StudyRecord;
}

/** A study of trials with the same parameters, in a file that `change` has changed before it is opened. */
async function stored(change: (db: Database) => void, other = false): Promise<Stored> {
  const file = `${tempFolder()}/a.db`;
  const made = await openStorage(file, { create: true });
  const [study, elsewhere] = [
    await made.createStudy({ name: 's', directions: ['minimize'] }),
    await made.createStudy({ name: 'other', directions: ['minimize'] }),
  ];
  for (let number = 0; number < COUNT; number++) {
    const values = { state: 'COMPLETE', values: [number] } as const;
    await made.createTrial(study, { ...values, params: paramsOf(number) });
    if (other && number % 3 === 0) await made.createTrial(elsewhere, { ...values, params: paramsOf(number) });
  }
  await made.close();
  withDatabase(file, change);
  return { storage: await openStorage(file, { create: false }), study };
}

/** Gives the rows of two trials to each other, so that the later trial has stored its parameters first. */
function swap(db: Database, a: number, b: number): void {
  db.pragma('foreign_keys = OFF');
  for (const [from, to] of [
    [a, -1],
    [b, a],
    [-1, b],
  ]) {
    db.prepare('UPDATE trial_params SET trial_id = ? WHERE trial_id = ?').run(to, from);
  }
}

function inTurns(db: Database): void {
  for (let id = 2; id < COUNT; id += 7) swap(db, id, id + 1);
}

const sql = (text: string) => (db: Database) => {
  db.pragma('foreign_keys = OFF');
  db.exec(text);
};

describe('the parameters of many trials are those of each of them', () => {
  it.each<[string, (db: Database) => void, boolean?]>([
    ['where all have the same', () => {}],
    ['where trials ran at once', inTurns],
    ['where another study runs by turns', () => {}, true],
    ['where one has none', sql('DELETE FROM trial_params WHERE trial_id = 260')],
    ['where one lacks the last', sql("DELETE FROM trial_params WHERE trial_id = 260 AND param_name = '__proto__'")],
    [
      'where one has another name',
      sql("UPDATE trial_params SET param_name = 'z' WHERE param_name = 'x' AND trial_id = 260"),
    ],
    [
      'where one has another distribution',
      sql(`UPDATE trial_params SET distribution_json =
      '{"name": "FloatDistribution", "attributes": {"low": 0.0, "high": 2.0, "step": null, "log": false}}'
      WHERE param_name = 'x' AND trial_id = 260`),
    ],
    [
      'where a distribution is no text',
      sql("UPDATE trial_params SET distribution_json = 7 WHERE param_name = 'x' AND trial_id = 260"),
    ],
    [
      'where a distribution is missing',
      sql("UPDATE trial_params SET distribution_json = NULL WHERE param_name = 'x' AND trial_id = 260"),
    ],
    [
      'where a value is no number',
      sql("UPDATE trial_params SET param_value = 'much' WHERE param_name = 'x' AND trial_id = 260"),
    ],
    [
      'where two trials have stored theirs by turns',
      sql(`UPDATE trial_params SET trial_id = -1 WHERE trial_id = 260 AND param_name = 'x';
      UPDATE trial_params SET trial_id = 260 WHERE trial_id = 261 AND param_name = 'x';
      UPDATE trial_params SET trial_id = 261 WHERE trial_id = -1;`),
    ],
    [
      'where rows were stored again',
      sql(`CREATE TEMP TABLE kept AS SELECT * FROM trial_params WHERE trial_id IN (30, 260) AND param_name = 'é';
      DELETE FROM trial_params WHERE trial_id IN (30, 260) AND param_name = 'é';
      INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json)
      SELECT trial_id, param_name, param_value, distribution_json FROM kept;`),
    ],
  ])('%s', async (_where, change, other = false) => {
    const { storage, study } = await stored(change, other);
    const { trials } = await storage.changesSince(study);
    expect(trials.length).toBe(COUNT);
    const one = async ({ number }: FrozenTrial) => (await storage.trial(study, number)) as FrozenTrial;
    for (const trial of trials) {
      const alone = await one(trial);
      expect(trial).toEqual(alone);
      expect(Object.entries(trial.params)).toEqual(Object.entries(alone.params));
      if (trial.id > 262) expect(Object.keys(trial.params)).toEqual(['x', 'é', '__proto__']);
    }
    const odd = await storage.page(study, { limit: COUNT, order: { by: 'value', objective: 0 }, descending: true });
    expect(odd).toEqual([...trials].reverse());
    await storage.close();
  });
});
