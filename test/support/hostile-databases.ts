import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { Rng } from '../../src/base/rng.ts';
import { categorical, createStudy, float, int, random, space, TrialPruned } from '../../src/index.ts';
import { openSqlite } from './open-sqlite.ts';

// Databases that no program should have written: a good one, spoilt in one place. They are the same for the same seed.

/** A database to be made from a copy of the good one. */
export interface HostileDatabase {
  /** The place that is spoilt, and the value there. */
  readonly name: string;
  /** Spoils a file. @returns whether it could: some of SQLite's own rules cannot be avoided. */
  spoil(file: string): boolean;
}

/**
 * Makes the good database: studies of one and two directions, trials in every state, every kind of value in its
 * columns.
 */
export async function makeGoodDatabase(file: string): Promise<void> {
  const mixed = space({
    x: float(-5, 5),
    lr: float(1e-4, 1, { log: true }),
    n: int(1, 10),
    c: categorical(['a', 'b']),
  });
  const study = await createStudy({ name: 'good', space: mixed, storage: file, seed: 1, sampler: random() });
  await study.setUserAttr('note', { text: 'a', list: [1, Number.NaN] });
  await study.optimize(
    async ({ trial, params }) => {
      await trial.setUserAttr('k', params.x);
      for (const step of [0, 1]) await trial.report(params.x + step, step);
      if (trial.number % 5 === 3) throw new TrialPruned();
      if (trial.number % 5 === 4) throw new Error('failed');
      return params.x;
    },
    { trials: 14 },
  );
  await study.enqueue({ x: 1 });
  await study.ask({ owned: false });
  await study.enqueue({ x: 2, c: 'b' });
  await study.close();
  const front = await createStudy({
    name: 'front',
    space: mixed,
    storage: file,
    directions: ['minimize', 'maximize'],
    sampler: random(),
  });
  await front.optimize(({ params }) => [params.x, params.n], { trials: 6 });
  await front.close();
  const db = openSqlite(file);
  db.exec(`INSERT INTO trial_heartbeats (trial_id, heartbeat) VALUES (1, '2024-01-01 00:00:00');
           INSERT INTO trial_system_attributes (trial_id, "key", value_json) VALUES (1, 'constraints', '[0.5, -1]')`);
  // Constraints must not prevent the spoiling.
  db.unsafeMode(true);
  db.pragma('writable_schema = ON');
  db.exec("UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL', '') WHERE type = 'table'");
  db.pragma('writable_schema = RESET');
  db.pragma('journal_mode = DELETE');
  db.close();
}

const deep = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);

/** Values for any column. */
export const VALUES: Readonly<Record<string, unknown>> = {
  null: null,
  'an empty text': '',
  'a word': 'UP',
  'a long text': 'x'.repeat(300_000),
  'a multiline text': 'one\n    at two (three.ts:1:1)\n',
  'escape codes': '\u001b]0;title\u0007\u001b[2J',
  'a name of every object': '__proto__',
  'minus one': -1,
  'a huge integer': 2n ** 62n,
  'a fraction': 0.5,
  'a huge number': 1e308,
  infinity: Number.POSITIVE_INFINITY,
  'a blob': Buffer.from([0, 255, 254, 1]),
};

/** Further values for columns of JSON. */
const JSON_VALUES: Readonly<Record<string, string>> = {
  'half a JSON': '{"a": [1',
  'a bare NaN': 'NaN',
  'a bare null': 'null',
  'a deep list': deep('[', ']', 20_000),
  'a list that may just be so deep': deep('[', ']', 999),
  'a deep object': `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
  'half a surrogate': '"\\ud800"',
  'a prototype': '{"__proto__": {"polluted": 1}, "constructor": 1, "toString": null}',
  'a number beyond all': '1e999',
  'a long text with NaN': JSON.stringify(`NaN ${'\\"'.repeat(200_000)}`),
  'a list of all kinds': '[1, "a", null, true, [], {}, -Infinity]',
};

const numeric = (name: string, attributes: object) => JSON.stringify({ name, attributes });

/** Further values for columns of distributions. */
const DISTRIBUTIONS: Readonly<Record<string, string>> = {
  'a bound of 2^63':
    '{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 0, "high": 9223372036854775807}}',
  'a bound beyond all':
    '{"name": "FloatDistribution", "attributes": {"log": false, "step": null, "low": -Infinity, "high": Infinity}}',
  'a NaN bound': '{"name": "FloatDistribution", "attributes": {"log": false, "step": null, "low": NaN, "high": 1}}',
  'crossed bounds': numeric('FloatDistribution', { log: false, step: null, low: 2, high: 1 }),
  'a logarithm of nothing': numeric('FloatDistribution', { log: true, step: null, low: 0, high: 1 }),
  'a step of nothing': numeric('IntDistribution', { log: false, step: 0, low: 0, high: 1 }),
  'a tiny step': numeric('FloatDistribution', { log: false, step: 5e-324, low: -1e308, high: 1e308 }),
  'bounds of text': numeric('IntDistribution', { log: false, step: 1, low: '0', high: '1' }),
  'no bounds': numeric('FloatDistribution', {}),
  'no attributes': '{"name": "FloatDistribution"}',
  'an old class': numeric('UniformDistribution', { low: 0, high: 1 }),
  'another kind': numeric('IntDistribution', { log: false, step: 1, low: 0, high: 1 }),
  'no choices': numeric('CategoricalDistribution', { choices: [] }),
  'choices of all kinds': numeric('CategoricalDistribution', { choices: [[1], { a: null }, null, 'x', 'x'] }),
  'choices by name': numeric('CategoricalDistribution', { choices: { 0: 'a', length: 1 } }),
  'a thousand choices': numeric('CategoricalDistribution', {
    choices: Array.from({ length: 1000 }, (_, n) => `c${n}`),
  }),
};

/** Attributes that hpo and Optuna keep for themselves. */
const OWN_KEYS = {
  study: ['hpo:seed', 'hpo:settings', 'hpo:profile', 'hpo:token', 'hpo:conclusion', 'hpo:target', 'hpo:code'],
  trial: ['hpo:lease', 'hpo:attempt', 'hpo:attempts', 'hpo:error', 'fixed_params', 'constraints', 'constraints:a'],
} as const;

const OWN_VALUES = [
  'null',
  '[]',
  '{}',
  '"x"',
  '-1',
  '1e308',
  'NaN',
  '[null, [], {"a": 1}]',
  '{"name": {"a": []}, "holder": 1}',
];

/** Statements that spoil more than a value. */
const STATEMENTS: Readonly<Record<string, string>> = {
  'two revisions': "INSERT INTO alembic_version VALUES ('v9.9.9.z')",
  'a newer revision': "UPDATE alembic_version SET version_num = 'v9.9.9.z'",
  'a renamed column': 'ALTER TABLE trials RENAME COLUMN datetime_start TO started',
  'a trial of no study': 'UPDATE trials SET study_id = 77 WHERE trial_id = 2',
  'parts of no trial': 'INSERT INTO trial_params (trial_id, param_name) VALUES (9999, 1)',
  'two trials of one number': 'UPDATE trials SET number = 1 WHERE number = 2',
  'numbers with gaps': 'UPDATE trials SET number = number * 1000 + 7',
  'a trial between others': "INSERT INTO trials VALUES (1000000, 3, 1, 'COMPLETE', NULL, NULL)",
  'values beyond the directions':
    "INSERT INTO trial_values (trial_id, objective, value, value_type) VALUES (1, 9, 1, 'FINITE')",
  'a value of NaN': "UPDATE trial_values SET value_type = 'NAN', value = NULL",
  'values of infinity': "UPDATE trial_values SET value_type = 'INF_NEG', value = NULL",
  'a direction too many': "INSERT INTO study_directions (direction, study_id, objective) VALUES ('MAXIMIZE', 1, 1)",
  'all trials running': "UPDATE trials SET state = 'RUNNING'",
  'all trials complete': "UPDATE trials SET state = 'COMPLETE'",
  'all parameters one':
    'UPDATE trial_params SET param_value = 1, distribution_json = (SELECT distribution_json FROM trial_params LIMIT 1)',
  'a view for a table': 'ALTER TABLE trial_heartbeats RENAME TO h; CREATE VIEW trial_heartbeats AS SELECT * FROM h',
};

/** All hostile databases, several hundred, in one order. @param good a path of {@link makeGoodDatabase}. */
export function hostileDatabases(good: string, seed: number): readonly HostileDatabase[] {
  const all: HostileDatabase[] = [];
  const add = (name: string, change: (db: Database) => unknown) =>
    all.push({ name, spoil: (file) => spoilt(good, file, change) });
  for (const { table, columns } of tablesOf(good)) {
    add(`${table}: empty`, (db) => db.exec(`DELETE FROM ${table}`));
    add(`${table}: gone`, (db) => db.exec(`DROP TABLE ${table}`));
    for (const column of columns) {
      add(`${table}.${column}: gone`, (db) => db.exec(`ALTER TABLE ${table} DROP COLUMN "${column}"`));
      const values = {
        ...VALUES,
        ...(column.endsWith('_json') && JSON_VALUES),
        ...(column === 'distribution_json' && DISTRIBUTIONS),
      };
      for (const [what, value] of Object.entries(values)) {
        const name = `${table}.${column}: ${what}`;
        const rng = Rng.of(seed, all.length, name);
        const isEvery = rng.integer(3) === 0;
        const at = rng.integer(1000);
        add(name, (db) => setValue(db, table, column, value, isEvery ? undefined : at));
      }
    }
  }
  for (const owner of ['study', 'trial'] as const) {
    for (const key of OWN_KEYS[owner]) {
      for (const value of OWN_VALUES) {
        const sql = `INSERT INTO ${owner}_system_attributes (${owner}_id, "key", value_json)
          SELECT ${owner}_id, ?, ? FROM ${owner === 'study' ? 'studies' : 'trials'} WHERE 1
          ON CONFLICT (${owner}_id, "key") DO UPDATE SET value_json = excluded.value_json`;
        add(`${owner}'s ${key}: ${value}`, (db) => db.prepare(sql).run(key, value));
      }
    }
  }
  for (const [name, sql] of Object.entries(STATEMENTS)) add(name, (db) => db.exec(sql));
  for (let n = 0; n < 24; n++) {
    const name = `bytes ${n}`;
    all.push({ name, spoil: (file) => spoilBytes(good, file, Rng.of(seed, n, name)) });
  }
  return all;
}

/** The tables of a database, with their columns. */
export function tablesOf(good: string): readonly { readonly table: string; readonly columns: readonly string[] }[] {
  const db = openSqlite(good, { readonly: true });
  try {
    const tables = db
      .prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
      .pluck()
      .all();
    return tables.map((table) => ({
      table,
      columns: (db.pragma(`table_info(${table})`) as { readonly name: string }[]).map(({ name }) => name),
    }));
  } finally {
    db.close();
  }
}

/** Sets a column: in the row `at`, counted round, or in every row. */
export function setValue(db: Database, table: string, column: string, value: unknown, at: number | undefined): void {
  const count = db.prepare<[], number>(`SELECT COUNT(*) FROM ${table}`).pluck().get() ?? 0;
  if (at === undefined || count === 0) db.prepare(`UPDATE OR REPLACE ${table} SET "${column}" = ?`).run(value);
  else {
    const rowid = `(SELECT rowid FROM ${table} LIMIT 1 OFFSET ${at % count})`;
    db.prepare(`UPDATE OR REPLACE ${table} SET "${column}" = ? WHERE rowid = ${rowid}`).run(value);
  }
}

/** Changes a copy of a database. @returns whether it could be changed so. */
export function spoilt(good: string, file: string, change: (db: Database) => unknown): boolean {
  copyFileSync(good, file);
  const db = openSqlite(file);
  try {
    db.unsafeMode(true);
    db.pragma('foreign_keys = OFF');
    db.pragma('ignore_check_constraints = ON');
    change(db);
    return true;
  } catch {
    return false;
  } finally {
    db.close();
  }
}

/** Overwrites some bytes, or cuts the file off. */
function spoilBytes(good: string, file: string, rng: Rng): boolean {
  const bytes = readFileSync(good);
  const length = 1 + rng.integer(4096);
  const at = rng.integer(rng.integer(2) === 0 ? 512 : bytes.length - length);
  if (rng.integer(4) === 0) writeFileSync(file, bytes.subarray(0, at));
  else {
    for (let n = at; n < at + length; n++) bytes[n] = rng.integer(256);
    writeFileSync(file, bytes);
  }
  return true;
}
