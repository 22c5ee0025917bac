import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempFolder } from '../../../test/support/temp-folder.ts';
import { withDatabase } from '../../../test/support/with-database.ts';
import { categorical } from '../../space/categorical-distribution.ts';
import { float } from '../../space/float-distribution.ts';
import { openStorage } from '../open-storage.ts';
import { TrialWrites } from './trial-writes.ts';

const [BEGIN, END] = [new Date('2026-01-02T03:04:05.678Z'), new Date('2026-01-02T04:05:06.789Z')];

type Rows = (table: string, columns: string) => readonly unknown[];

/** Writes to a new database with one study, and looks at its rows as another program would. */
async function afterWriting(write: (writes: TrialWrites) => void, look: (rows: Rows) => void): Promise<void> {
  const file = join(tempFolder(), 'studies.db');
  const storage = await openStorage(file, { create: true });
  await storage.createStudy({ name: 'a', directions: ['minimize', 'maximize'] });
  await storage.close();
  withDatabase(file, (db) => {
    write(new TrialWrites(db));
    look((table, columns) => db.prepare(`SELECT ${columns} FROM ${table}`).raw().all());
  });
}

it('writes each part of a trial into its columns', async () => {
  await afterWriting(
    (writes) => {
      const id = writes.insert(1, 0, 'RUNNING', BEGIN, null);
      const [x, kind] = [float(1, 5), categorical(['a', 'b'])];
      writes.params(id, [
        { name: 'x', value: 2.5, distribution: x },
        { name: 'kind', value: 'b', distribution: kind },
      ]);
      writes.intermediateValue(id, 3, Number.NaN);
      writes.intermediateValue(id, 4, 0.5);
      writes.values(id, [0.25, Number.POSITIVE_INFINITY]);
      writes.attrs(id, 'user', { note: 'good' });
      writes.attrs(id, 'system', { 'hpo:attempt': 2 });
      writes.finish(id, 'COMPLETE', END);
    },
    (rows) => {
      expect(rows('trials', 'trial_id, number, study_id, state, datetime_start, datetime_complete')).toEqual([
        [1, 0, 1, 'COMPLETE', '2026-01-02 03:04:05.678000', '2026-01-02 04:05:06.789000'],
      ]);
      expect(rows('trial_params', 'trial_id, param_name, param_value')).toEqual([
        [1, 'x', 2.5],
        [1, 'kind', 1],
      ]);
      expect(rows('trial_params', 'distribution_json').join()).toMatch(/^\{"name": "FloatDist.*"CategoricalDist/);
      expect(rows('trial_intermediate_values', 'trial_id, step, intermediate_value, intermediate_value_type')).toEqual([
        [1, 3, null, 'NAN'],
        [1, 4, 0.5, 'FINITE'],
      ]);
      expect(rows('trial_values', 'trial_id, objective, value, value_type')).toEqual([
        [1, 0, 0.25, 'FINITE'],
        [1, 1, null, 'INF_POS'],
      ]);
      expect(rows('trial_user_attributes', 'trial_id, "key", value_json')).toEqual([[1, 'note', '"good"']]);
      expect(rows('trial_system_attributes', 'trial_id, "key", value_json')).toEqual([[1, 'hpo:attempt', '2']]);
    },
  );
});

it('takes from a trial that goes back its start and the reports after its checkpoint, and leaves its neighbours alone', async () => {
  await afterWriting(
    (writes) => {
      for (const number of [0, 1]) {
        const id = writes.insert(1, number, 'RUNNING', BEGIN, null);
        for (const step of [1, 2, 3]) writes.intermediateValue(id, step, step);
      }
      writes.requeue(1, 2);
    },
    (rows) => {
      expect(rows('trials', 'trial_id, state, datetime_start')).toEqual([
        [1, 'WAITING', null],
        [2, 'RUNNING', '2026-01-02 03:04:05.678000'],
      ]);
      const steps = [1, 1, 2, 2, 2].map((id, at) => [id, [1, 2, 1, 2, 3][at]]);
      expect(rows('trial_intermediate_values', 'trial_id, step')).toEqual(steps);
    },
  );
});

it('takes all that a trial has but its times, and gives it those that it lacks', async () => {
  await afterWriting(
    (writes) => {
      for (const [number, started, completed] of [
        [0, BEGIN, END],
        [1, BEGIN, null],
        [2, null, null],
        [3, BEGIN, END],
      ] as const) {
        const id = writes.insert(1, number, completed === null ? 'RUNNING' : 'COMPLETE', started, completed);
        writes.params(id, [{ name: 'x', value: 0.5, distribution: float(0, 1) }]);
        writes.values(id, [1, 2]);
        writes.intermediateValue(id, 1, 1);
        for (const scope of ['user', 'system'] as const) writes.attrs(id, scope, { note: 1 });
      }
      for (const id of [1, 2, 3]) writes.erase(id, new Date('2026-02-03T00:00:00.000Z'));
    },
    (rows) => {
      const [begin, end, now] = [
        '2026-01-02 03:04:05.678000',
        '2026-01-02 04:05:06.789000',
        '2026-02-03 00:00:00.000000',
      ];
      expect(rows('trials', 'trial_id, number, state, datetime_start, datetime_complete')).toEqual([
        [1, 0, 'FAIL', begin, end],
        [2, 1, 'FAIL', begin, now],
        [3, 2, 'FAIL', now, now],
        [4, 3, 'COMPLETE', begin, end],
      ]);
      for (const table of ['params', 'values', 'intermediate_values', 'user_attributes', 'system_attributes']) {
        expect(new Set(rows(`trial_${table}`, 'trial_id').flat())).toEqual(new Set([4]));
      }
    },
  );
});
