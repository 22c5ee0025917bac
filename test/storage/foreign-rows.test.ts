import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deleteStudy } from '../../src/index.ts';
import { float } from '../../src/space/float-distribution.ts';
import { int } from '../../src/space/int-distribution.ts';
import { openStorage, type Storage, type StudyRecord } from '../../src/storage/index.ts';
import { inventoryOf } from '../../src/storage/trial-queries.ts';
import { refusal } from '../support/refusal.ts';
import { memoryFolder } from '../support/temp-folder.ts';
import { withDatabase } from '../support/with-database.ts';

let file: string;
let storage: Storage;
let study: StudyRecord;
const opened: Storage[] = [];

beforeEach(async () => {
  file = join(memoryFolder(), 'studies.db');
  storage = await openStorage(file, { create: true });
  study = await storage.createStudy({ name: 'a', directions: ['minimize'] });
  opened.push(storage);
});
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

/** The storage as a program finds it that was just started. */
async function reopened(): Promise<Storage> {
  const again = await openStorage(file, { create: false });
  opened.push(again);
  return again;
}

describe('rows of other programs', () => {
  const first = async () => (await storage.changesSince(study)).trials[0];

  it('may hold unknown distributions, which do not break lists of names', async () => {
    const params = [{ name: 'x', value: 0.5, distribution: float(0, 1) }];
    for (let n = 0; n < 2; n++) await storage.createTrial(study, { state: 'COMPLETE', values: [n], params });
    withDatabase(file, (db) => db.exec("UPDATE trial_params SET distribution_json = '{bad' WHERE trial_id = 2"));
    const known = async () => (await (await reopened()).inventory(study)).parameters;
    expect(await known()).toEqual([{ name: 'x', distributions: [float(0, 1)] }]);
    withDatabase(file, (db) => db.exec("UPDATE trial_params SET distribution_json = '{bad'"));
    expect(await known()).toEqual([]);
  });

  it('may lack a direction or a number', async () => {
    await storage.createTrial(study, { state: 'FAIL' });
    await storage.createTrial(study, { state: 'FAIL' });
    withDatabase(file, (db) =>
      db.exec("UPDATE trials SET number = NULL; UPDATE study_directions SET direction = 'NOT_SET'"),
    );
    expect((await storage.changesSince(study)).trials.map(({ number }) => number)).toEqual([0, 1]);
    expect((await storage.findStudy('a'))?.directions).toEqual(['minimize']);
    expect((await storage.createTrial(study, { state: 'FAIL' })).number).toBe(2);
  });

  it('may hold bare NaN in JSON, and times without a fraction', async () => {
    await storage.createTrial(study, { state: 'RUNNING', userAttrs: { k: 1 } });
    withDatabase(file, (db) =>
      db.exec(`UPDATE trial_user_attributes SET value_json = '{"a": [NaN, -Infinity], "b": "NaN"}';
               UPDATE trials SET datetime_start = '2024-01-02 03:04:05'`),
    );
    expect(await first()).toMatchObject({
      userAttrs: { k: { a: [Number.NaN, Number.NEGATIVE_INFINITY], b: 'NaN' } },
      startedAt: new Date('2024-01-02T03:04:05Z'),
    });
  });

  it.each([
    [
      'an attribute',
      "UPDATE trial_user_attributes SET value_json = '{oops'",
      'the attribute "k" is no JSON',
      'userAttrs',
    ],
    ['a blob', "UPDATE trial_user_attributes SET value_json = x'00ff'", 'the attribute "k" is a blob', 'userAttrs'],
    ['a state', "UPDATE trials SET state = 'DONE'", 'its state is "DONE"', 'values'],
    ['a time', "UPDATE trials SET datetime_start = 'yesterday'", '"yesterday" is stored as a time', 'startedAt'],
    ['a value', 'UPDATE trial_values SET value = NULL', 'a value is stored as null of the type "FINITE"', 'values'],
    ['a missing value', 'DELETE FROM trial_values', 'it has 0 values for 1', 'values'],
    ['a step', "UPDATE trial_intermediate_values SET step = 'x'", 'a report\'s step is "x"', 'intermediateValues'],
    [
      'a distribution',
      'UPDATE trial_params SET distribution_json = \'{"name": "Odd", "attributes": {}}\'',
      'the parameter "x": The database holds a distribution that hpo does not know: {"name": "Odd", "attributes": {}}',
      'params',
    ],
    [
      'bounds that are none',
      'UPDATE trial_params SET distribution_json = replace(distribution_json, \'"low": 0\', \'"low": 2\')',
      'the parameter "x": float(2, 1): the lower bound is above the upper bound; swap them.',
      'params',
    ],
    [
      'the number of a choice',
      `UPDATE trial_params SET distribution_json =
        '{"name": "CategoricalDistribution", "attributes": {"choices": [[1], [2]]}}'`,
      'the parameter "x": categorical([[1],[2]]) has no choice number 0.5.',
      'params',
    ],
  ])('cost a trial only the parts that cannot be read: %s', async (_what, sql, problem, part) => {
    const whole = {
      state: 'COMPLETE',
      values: [1],
      userAttrs: { k: 1 },
      intermediateValues: new Map([[1, 2]]),
      params: [{ name: 'x', value: 0.5, distribution: float(0, 1) }],
    } as const;
    await storage.createTrial(study, whole);
    const before = await first();
    withDatabase(file, (db) => db.exec(sql));
    const nothing = { userAttrs: {}, values: null, startedAt: null, intermediateValues: new Map(), params: {} };
    const again = await reopened();
    const { trials } = await again.changesSince(study);
    expect((await again.inventory(study)).steps).toEqual(inventoryOf(trials).steps);
    expect(trials).toEqual([
      {
        ...before,
        [part]: nothing[part as keyof typeof nothing],
        ...(part === 'values' && { state: 'FAIL' }),
        ...(part === 'params' && { distributions: {} }),
        unreadable: [problem],
      },
    ]);
  });

  it('cost a study only the parts that cannot be read, and no other study anything', async () => {
    await storage.createStudy({ name: 'b', directions: ['minimize'], userAttrs: { k: 1, l: 2 } });
    withDatabase(file, (db) =>
      db.exec(`UPDATE study_directions SET direction = 'UP' WHERE study_id = 1;
               UPDATE study_user_attributes SET value_json = '[' WHERE "key" = 'k'`),
    );
    const [a, b] = await storage.listStudies();
    expect(a).toMatchObject({ name: 'a', directions: [], unreadable: ['its direction is "UP"'] });
    expect(b).toMatchObject({ name: 'b', userAttrs: { l: 2 }, unreadable: ['the attribute "k" is no JSON'] });
    expect(await storage.findStudy('b')).toEqual(b);
    expect(await refusal(storage.findStudy('a'))).toBe(
      'HPO_STORAGE The database holds the study "a" in a way that hpo cannot read: its direction is "UP"',
    );
    await deleteStudy({ name: 'a', storage });
    expect((await storage.listStudies()).map(({ name }) => name)).toEqual(['b']);
  });

  it('are numbered by their order, whatever number a row has', async () => {
    for (const n of [0, 1, 2, 3]) await storage.createTrial(study, { state: n === 1 ? 'WAITING' : 'FAIL' });
    withDatabase(file, (db) =>
      db.exec('UPDATE trials SET number = 1 WHERE number = 3; UPDATE trials SET number = 99 WHERE number = 0'),
    );
    const other = await reopened();
    const numbers = async () => (await other.changesSince(study)).trials.map(({ number }) => number);
    expect(await numbers()).toEqual([0, 1, 2, 3]);
    expect((await other.startTrial(study, { holder: null }))?.number).toBe(1);
    expect(await numbers()).toEqual([0, 1, 2, 3]);
  });

  it('may have bounds beyond 2^53, which are read as near as a number goes', async () => {
    await storage.createTrial(study, {
      state: 'COMPLETE',
      values: [1],
      params: [{ name: 'seed', value: 7, distribution: int(0, 10) }],
    });
    withDatabase(file, (db) =>
      db.exec(`UPDATE trial_params SET param_value = 9e18,
               distribution_json = replace(distribution_json, '"high": 10', '"high": 9223372036854775807')`),
    );
    const [trial] = (await (await reopened()).changesSince(study)).trials;
    expect(trial).toMatchObject({ params: { seed: 9e18 }, distributions: { seed: { high: 2 ** 63, isExact: false } } });
    expect(trial?.unreadable).toBeUndefined();
  });

  it('are refused where a parameter is stored that cannot be compared with them', async () => {
    await storage.createTrial(study, {
      state: 'COMPLETE',
      values: [1],
      params: [{ name: 'x', value: 0.5, distribution: float(0, 1) }],
    });
    withDatabase(file, (db) => db.exec("UPDATE trial_params SET distribution_json = 'odd'"));
    const other = await reopened();
    const added = other.createTrial(study, {
      state: 'RUNNING',
      params: [{ name: 'x', value: 1, distribution: float(0, 1) }],
    });
    expect(await refusal(added)).toContain(
      'HPO_STORAGE The database holds the parameter "x" in a way that hpo cannot read',
    );
    const fine = { state: 'RUNNING', params: [{ name: 'y', value: 1, distribution: float(0, 1) }] } as const;
    expect((await other.createTrial(study, fine)).number).toBe(1);
  });
});
