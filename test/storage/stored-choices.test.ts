import { join } from 'node:path';
import { expect, it } from 'vitest';
import { categorical, createStudy, float, loadStudy, space } from '../../src/index.ts';
import { openSqlite } from '../support/open-sqlite.ts';
import { memoryFolder } from '../support/temp-folder.ts';

it('a study whose choices we would refuse is read, and the search of its other parameters goes on', async () => {
  const storage = join(memoryFolder(), 'optuna.db');
  const study = await createStudy({
    name: 'odd',
    storage,
    seed: 1,
    space: space({ choice: categorical(['a', 'b', 'c']) }),
  });
  await study.optimize(({ trial }) => trial.number, { trials: 12 });
  await study.close();

  // Optuna takes choices that are equal in all but their type, NaN and lists.
  const db = openSqlite(storage);
  const attributes = '{"choices": [1, 1.0, NaN]}';
  db.prepare('UPDATE trial_params SET distribution_json = ?').run(
    `{"name": "CategoricalDistribution", "attributes": ${attributes}}`,
  );
  const indices = db.prepare('SELECT param_value FROM trial_params ORDER BY trial_id').pluck().all() as number[];
  db.close();

  const again = await loadStudy({ name: 'odd', storage, space: space({ rate: float(0, 1) }), newParams: true });
  const choices = [1, 1, Number.NaN];
  expect((await again.trials()).map(({ params }) => params.choice)).toEqual(indices.map((index) => choices[index]));
  await again.optimize(({ params }) => params.rate, { trials: 15 });
  expect((await again.trials()).length).toBe(15);
  await again.close();
});
