import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hostileDatabases, makeGoodDatabase } from '../support/hostile-databases.ts';
import { readHostile } from '../support/read-hostile.ts';
import { runHpo } from '../support/run-hpo.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { WarmHpo } from '../support/warm-hpo.ts';

const HOUR = 3_600_000;
/** Fixes the rows that are spoilt. */
const SEED = 12;

const warm = new WarmHpo();

it('hpo reads every hostile database, or refuses it in a line', { timeout: HOUR }, async () => {
  const good = join(tempFolder(), 'good.db');
  await makeGoodDatabase(good);
  const folder = tempFolder();
  const [wrong, made] = [[] as string[], [] as string[]];
  for (const [at, database] of hostileDatabases(good, SEED).entries()) {
    // Some run in processes of their own, which keep nothing of the last one.
    const hpo: typeof runHpo = at % 60 === 7 ? runHpo : (args, options) => warm.run(args, options);
    const found = await readHostile(database, at, folder, hpo);
    if (found === undefined) continue;
    made.push(database.name);
    wrong.push(...found);
  }
  expect(wrong).toEqual([]);
  expect(made.length).toBeGreaterThanOrEqual(700);
});
