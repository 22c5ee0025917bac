import Sqlite from 'better-sqlite3';
import { Rng } from '../../src/base/rng.ts';
import { isCategorical } from '../../src/space/categorical-distribution.ts';
import type { Distribution } from '../../src/space/distribution.ts';
import { distributionToJson } from '../../src/space/distribution-json.ts';
import { isNumeric } from '../../src/space/numeric-distribution.ts';
import { openStorage } from '../../src/storage/open-storage.ts';
import { formatDatetime } from '../../src/storage/optuna-rows/datetime.ts';
import { SEED_KEY } from '../../src/study/study-keys.ts';
import study from './study.ts';

const START = Date.UTC(2026, 0, 1);

/**
 * Makes a database with a study of this many finished trials, as runs of `study.ts` would have left it: every second
 * one has reported at three steps, a sixth of them was pruned, each has its lease. Written in one transaction.
 */
export async function storeTrials(file: string, count: number): Promise<void> {
  const storage = await openStorage(file, { create: true });
  const systemAttrs = { [SEED_KEY]: study.seed ?? 1 };
  const { id } = await storage.createStudy({ name: study.name, directions: ['minimize'], systemAttrs });
  await storage.close();
  const db = new Sqlite(file);
  const trial = db.prepare('INSERT INTO trials VALUES (?, ?, ?, ?, ?, ?)');
  const param = db.prepare(
    'INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json) VALUES (?, ?, ?, ?)',
  );
  const value = db.prepare(
    "INSERT INTO trial_values (trial_id, objective, value, value_type) VALUES (?, 0, ?, 'FINITE')",
  );
  const report = db.prepare(
    `INSERT INTO trial_intermediate_values (trial_id, step, intermediate_value, intermediate_value_type)
     VALUES (?, ?, ?, 'FINITE')`,
  );
  const attr = db.prepare('INSERT INTO trial_system_attributes (trial_id, "key", value_json) VALUES (?, ?, ?)');
  const params = Object.entries(study.space.distributions).map(([name, distribution]) => ({
    name,
    distribution,
    json: distributionToJson(distribution),
  }));
  const lease = JSON.stringify({
    holder: '6f1c2a64-7d0b-4d38-a0c7-6f0f6cf3a9b1',
    attempt: 1,
    counter: 0,
    graceMs: 120_000,
    process: { host: 'bench', pid: 4242, startedAt: 1_000 },
  });
  db.transaction(() => {
    for (let number = 0; number < count; number++) {
      const rng = Rng.of(1, number, 'bench');
      const [trialId, isPruned] = [number + 1, number % 6 === 5];
      const startedAt = START + number * 300;
      const completedAt = startedAt + 200 + Math.floor(rng.uniform(0, 900));
      const times = [startedAt, completedAt].map((at) => formatDatetime(new Date(at)));
      trial.run(trialId, number, id, isPruned ? 'PRUNED' : 'COMPLETE', ...times);
      const drawn = params.map(({ distribution }) => drawInternal(distribution, rng));
      for (const [at, { name, json }] of params.entries()) param.run(trialId, name, drawn[at], json);
      const [learningRate = 1, , dropout = 0] = drawn;
      const loss = (Math.log10(learningRate) + 3) ** 2 / 3 + (dropout - 0.3) ** 2 + 0.1 * rng.normal();
      if (!isPruned) value.run(trialId, loss);
      if (number % 2 === 1)
        for (const step of [1, 2, 3]) report.run(trialId, step, loss + 2 / step + 0.1 * rng.normal());
      attr.run(trialId, 'hpo:lease', lease);
    }
  })();
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

/** Draws a value evenly, as the number that the database has for it. */
export function drawInternal(distribution: Distribution, rng: Rng): number {
  if (isCategorical(distribution)) return rng.integer(distribution.choices.length);
  if (!isNumeric(distribution)) throw new TypeError(`${distribution} is neither numeric nor categorical.`);
  return distribution.fromRange(rng.uniform(distribution.rangeLow, distribution.rangeHigh));
}
