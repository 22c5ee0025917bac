import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hostileDatabases, makeGoodDatabase } from '../support/hostile-databases.ts';
import { readHostile } from '../support/read-hostile.ts';
import { memoryFolder } from '../support/temp-folder.ts';
import { WarmHpo } from '../support/warm-hpo.ts';

/** One of this many is read here; `npm run test:slow` reads them all. */
const SHARE = 40;

const warm = new WarmHpo();

it('hpo reads hostile databases, or refuses them in a line', async () => {
  const good = join(memoryFolder(), 'good.db');
  await makeGoodDatabase(good);
  const folder = memoryFolder();
  const wrong: string[] = [];
  let made = 0;
  for (const [at, database] of hostileDatabases(good, 1).entries()) {
    if (at % SHARE !== 3) continue;
    const found = await readHostile(database, at, folder, (args, options) => warm.run(args, options));
    if (found !== undefined) made++;
    wrong.push(...(found ?? []));
  }
  expect(wrong).toEqual([]);
  expect(made).toBeGreaterThan(10);
});
