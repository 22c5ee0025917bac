// A study on a database whose disk fails. Its one argument is the database. Each line of stdout is the number of a
// trial that was reported as finished; the last is `done`, or `error` and the error.

import { createStudy, float, HpoError, random, space } from '../../src/index.ts';
import { SqliteStorage } from '../../src/storage/index.ts';

const [, , file = ''] = process.argv;

try {
  const waiting = { limitMs: 1_000, forDisk: true };
  const storage = await SqliteStorage.open(file, { label: 'hpo.db', create: true, waiting });
  const options = { name: 's', space: space({ x: float(0, 1) }), sampler: random(), seed: 1 };
  const study = await createStudy({ ...options, storage, ifExists: 'load' });
  await study.optimize(
    async ({ trial, params }) => {
      await trial.setUserAttr('much', 'x'.repeat(3_000));
      await trial.report(params.x, 1);
      return params.x;
    },
    { trials: 6, onTrial: ({ trial }) => console.log(trial.number) },
  );
  await study.close();
  console.log('done');
} catch (error) {
  console.log('error', HpoError.is(error) ? error.message : (error as Error).stack);
}
