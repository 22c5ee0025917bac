import type { Database } from 'better-sqlite3';
import { HpoError } from '../../base/errors.ts';
import {
  OPTUNA_VERSION,
  revisionOf,
  SCHEMA_REVISION,
  SCHEMA_VERSION,
  type SchemaState,
  schemaState,
} from '../optuna-rows/schema.ts';

const ATTRIBUTES = (owner: 'study' | 'trial', scope: 'user' | 'system', owners: string): string => `
CREATE TABLE ${owner}_${scope}_attributes (
  ${owner}_${scope}_attribute_id INTEGER NOT NULL,
  ${owner}_id INTEGER,
  "key" VARCHAR(512),
  value_json TEXT,
  PRIMARY KEY (${owner}_${scope}_attribute_id),
  UNIQUE (${owner}_id, "key"),
  FOREIGN KEY(${owner}_id) REFERENCES ${owners} (${owner}_id)
)`;

/** Optuna's tables and indices as its own migrations leave them; a test compares them with a file of Optuna's. */
const STATEMENTS: Readonly<Record<string, string>> = {
  studies: `
CREATE TABLE studies (
  study_id INTEGER NOT NULL,
  study_name VARCHAR(512) NOT NULL,
  PRIMARY KEY (study_id)
)`,
  ix_studies_study_name: 'CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name)',
  version_info: `
CREATE TABLE version_info (
  version_info_id INTEGER NOT NULL,
  schema_version INTEGER,
  library_version VARCHAR(256),
  PRIMARY KEY (version_info_id),
  CHECK (version_info_id=1)
)`,
  study_directions: `
CREATE TABLE study_directions (
  study_direction_id INTEGER NOT NULL,
  direction VARCHAR(8) NOT NULL,
  study_id INTEGER NOT NULL,
  objective INTEGER NOT NULL,
  PRIMARY KEY (study_direction_id),
  UNIQUE (study_id, objective),
  FOREIGN KEY(study_id) REFERENCES studies (study_id)
)`,
  study_user_attributes: ATTRIBUTES('study', 'user', 'studies'),
  study_system_attributes: ATTRIBUTES('study', 'system', 'studies'),
  trials: `
CREATE TABLE trials (
  trial_id INTEGER NOT NULL,
  number INTEGER,
  study_id INTEGER,
  state VARCHAR(8) NOT NULL,
  datetime_start DATETIME,
  datetime_complete DATETIME,
  PRIMARY KEY (trial_id),
  FOREIGN KEY(study_id) REFERENCES studies (study_id)
)`,
  ix_trials_study_id: 'CREATE INDEX ix_trials_study_id ON trials (study_id)',
  trial_user_attributes: ATTRIBUTES('trial', 'user', 'trials'),
  trial_system_attributes: ATTRIBUTES('trial', 'system', 'trials'),
  trial_params: `
CREATE TABLE trial_params (
  param_id INTEGER NOT NULL,
  trial_id INTEGER,
  param_name VARCHAR(512),
  param_value FLOAT,
  distribution_json TEXT,
  PRIMARY KEY (param_id),
  UNIQUE (trial_id, param_name),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
)`,
  trial_values: `
CREATE TABLE trial_values (
  trial_value_id INTEGER NOT NULL,
  trial_id INTEGER NOT NULL,
  objective INTEGER NOT NULL,
  value FLOAT,
  value_type VARCHAR(7) NOT NULL,
  PRIMARY KEY (trial_value_id),
  UNIQUE (trial_id, objective),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
)`,
  trial_intermediate_values: `
CREATE TABLE trial_intermediate_values (
  trial_intermediate_value_id INTEGER NOT NULL,
  trial_id INTEGER NOT NULL,
  step INTEGER NOT NULL,
  intermediate_value FLOAT,
  intermediate_value_type VARCHAR(7) NOT NULL,
  PRIMARY KEY (trial_intermediate_value_id),
  UNIQUE (trial_id, step),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
)`,
  trial_heartbeats: `
CREATE TABLE trial_heartbeats (
  trial_heartbeat_id INTEGER NOT NULL,
  trial_id INTEGER NOT NULL,
  heartbeat DATETIME NOT NULL,
  PRIMARY KEY (trial_heartbeat_id),
  UNIQUE (trial_id),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
)`,
  alembic_version: `
CREATE TABLE alembic_version (
  version_num VARCHAR(32) NOT NULL,
  CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)`,
};

/** The names of Optuna's tables, those that others refer to first. */
export const TABLES = Object.keys(STATEMENTS).filter((name) => !name.startsWith('ix_'));

/** Looks at a database without writing to it. @param label names the file in messages. */
export function inspectSchema(db: Database, label: string): SchemaState {
  const found = new Set(
    db.prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all() as string[],
  );
  if (found.size === 0) return 'empty';
  const missing = TABLES.filter((table) => !found.has(table));
  if (missing.length === TABLES.length || !found.has('studies') || !found.has('trials')) {
    return { problem: `${label} is a database of something else (it has no table of studies); name another file.` };
  }
  const stored = found.has('alembic_version')
    ? db.prepare<[], unknown>('SELECT version_num FROM alembic_version').pluck().get()
    : undefined;
  return schemaState(label, revisionOf(stored), missing);
}

/** Optuna's indices that a database with its tables lacks. */
export function missingIndices(db: Database): readonly { readonly name: string; readonly statement: string }[] {
  const found = db.prepare("SELECT name FROM sqlite_master WHERE type = 'index'").pluck().all();
  return Object.entries(STATEMENTS).flatMap(([name, statement]) => {
    return name.startsWith('ix_') && !found.includes(name) ? { name, statement } : [];
  });
}

/** Lays out an empty database as Optuna does. Does nothing where another process was quicker. */
export function createSchema(db: Database, label: string): void {
  const create = db.transaction(() => {
    if (inspectSchema(db, label) !== 'empty') return;
    for (const statement of Object.values(STATEMENTS)) db.exec(statement);
    db.prepare('INSERT INTO version_info VALUES (1, ?, ?)').run(SCHEMA_VERSION, OPTUNA_VERSION);
    db.prepare('INSERT INTO alembic_version VALUES (?)').run(SCHEMA_REVISION);
  });
  create.immediate();
}

/** Checks that the database has our schema. @throws HpoError HPO_STORAGE otherwise. */
export function requireSchema(db: Database, label: string): void {
  const state = inspectSchema(db, label);
  if (state === 'right') return;
  const problem = state === 'empty' ? `${label} is empty; no study was ever stored in it.` : state.problem;
  throw new HpoError('HPO_STORAGE', problem, { data: { label } });
}
