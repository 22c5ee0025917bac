import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempFolder } from '../../../test/support/temp-folder.ts';
import { withDatabase } from '../../../test/support/with-database.ts';
import { openStorage } from '../open-storage.ts';

it('a trial under something that is no lease is not waited for', async () => {
  const file = join(tempFolder(), 'studies.db');
  const storage = await openStorage(file, { create: true });
  const study = await storage.createStudy({ name: 'a', directions: ['minimize'] });
  const holder = { id: 'a', graceMs: 1000, process: null };
  const odd = [
    { counter: 0.5 },
    { counter: '1' },
    { attempt: 1e300 },
    { attempt: -1 },
    { graceMs: null },
    { holder: 7 },
    { counter: null },
  ];
  for (const _ of odd) await storage.startTrial(study, { holder });
  withDatabase(file, (db) => {
    const set = db.prepare(
      'UPDATE trial_system_attributes SET value_json = ? WHERE trial_id = ? AND "key" = \'hpo:lease\'',
    );
    for (const [at, changed] of odd.entries()) {
      set.run(
        JSON.stringify({ holder: 'x', attempt: 1, counter: 0, graceMs: 1000, process: null, ...changed }),
        at + 1,
      );
    }
  });
  // Each of them counts as one of Optuna's, which may never end: the target is reached without them.
  expect((await storage.startTrial(study, { holder, atMost: 1 }))?.number).toBe(odd.length);
  expect(await storage.startTrial(study, { holder, atMost: 1 })).toBeUndefined();
  expect(await storage.leases(study)).toHaveLength(1);
  await storage.close();
});
