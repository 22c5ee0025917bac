import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openSqlite } from '../../test/support/open-sqlite.ts';
import { tempFolder } from '../../test/support/temp-folder.ts';
import { float } from '../space/float-distribution.ts';
import { space } from '../space/search-space.ts';
import { SqliteStorage } from '../storage/sqlite/sqlite-storage.ts';
import { createStudy } from './open-study.ts';
import type { Study } from './study.ts';

const SPACE = space({ x: float(0, 1) });

async function open(file: string) {
  const storage = await SqliteStorage.open(file, { label: 'hpo.db', create: true, waiting: { limitMs: 20 } });
  return createStudy({ name: 's', space: SPACE, storage, seed: 1, ifExists: 'load' });
}

const run = (study: Study<typeof SPACE.definition>, during: () => unknown = () => undefined) =>
  study.optimize(
    async ({ trial, params }) => {
      during();
      await trial.report(params.x, 0);
      return params.x;
    },
    { trials: 3 },
  );

const states = async (study: Study<typeof SPACE.definition>) => (await study.trials()).map(({ state }) => state);

it('a trial that a failing database could not take back is run again by the next call', async () => {
  const file = join(tempFolder(), 'hpo.db');
  const study = await open(file);
  const other = openSqlite(file);
  await expect(run(study, () => other.inTransaction || other.exec('BEGIN IMMEDIATE'))).rejects.toThrow('locked');
  other.exec('ROLLBACK');
  await run(study);
  expect(await states(study)).toEqual(['COMPLETE', 'COMPLETE', 'COMPLETE']);
  await study.close();
  other.close();
});

it('a trial that a closed study could not hand back is taken by another study of the same process', async () => {
  const file = join(tempFolder(), 'hpo.db');
  const first = await open(file);
  const other = openSqlite(file);
  await expect(run(first, () => other.inTransaction || other.exec('BEGIN IMMEDIATE'))).rejects.toThrow('locked');
  await first.close();
  other.exec('ROLLBACK');
  other.close();
  const study = await open(file);
  expect((await states(study))[0]).toBe('RUNNING');
  await run(study);
  expect(await states(study)).toEqual(['COMPLETE', 'COMPLETE', 'COMPLETE']);
  await study.close();
});
