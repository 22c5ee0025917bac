import { HpoError } from '../../base/errors.ts';
import {
  OPTUNA_VERSION,
  revisionOf,
  SCHEMA_REVISION,
  SCHEMA_VERSION,
  type SchemaState,
  schemaState,
} from '../optuna-rows/schema.ts';
import type { Session } from './session.ts';

/** The key of the advisory lock under which the tables are laid out: `hpo` in ASCII. */
const LAYOUT_LOCK = 0x68_70_6f;

const ENUMS: Readonly<Record<string, readonly string[]>> = {
  studydirection: ['NOT_SET', 'MINIMIZE', 'MAXIMIZE'],
  trialstate: ['RUNNING', 'COMPLETE', 'PRUNED', 'FAIL', 'WAITING'],
  trialvaluetype: ['FINITE', 'INF_POS', 'INF_NEG'],
  trialintermediatevaluetype: ['FINITE', 'INF_POS', 'INF_NEG', 'NAN'],
};

const ATTRIBUTES = (owner: 'study' | 'trial', scope: 'user' | 'system', owners: string): string => `
CREATE TABLE ${owner}_${scope}_attributes (
  ${owner}_${scope}_attribute_id SERIAL NOT NULL,
  ${owner}_id INTEGER,
  key VARCHAR(512),
  value_json TEXT,
  PRIMARY KEY (${owner}_${scope}_attribute_id),
  UNIQUE (${owner}_id, key),
  FOREIGN KEY(${owner}_id) REFERENCES ${owners} (${owner}_id)
)`;

/** Optuna's tables and indices as its own migrations leave them; a test compares them with a database of Optuna's. */
const STATEMENTS: Readonly<Record<string, string>> = {
  studies: `
CREATE TABLE studies (
  study_id SERIAL NOT NULL,
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
  study_direction_id SERIAL NOT NULL,
  direction studydirection NOT NULL,
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
  trial_id SERIAL NOT NULL,
  number INTEGER,
  study_id INTEGER,
  state trialstate NOT NULL,
  datetime_start TIMESTAMP WITHOUT TIME ZONE,
  datetime_complete TIMESTAMP WITHOUT TIME ZONE,
  PRIMARY KEY (trial_id),
  FOREIGN KEY(study_id) REFERENCES studies (study_id)
)`,
  ix_trials_study_id: 'CREATE INDEX ix_trials_study_id ON trials (study_id)',
  trial_user_attributes: ATTRIBUTES('trial', 'user', 'trials'),
  trial_system_attributes: ATTRIBUTES('trial', 'system', 'trials'),
  trial_params: `
CREATE TABLE trial_params (
  param_id SERIAL NOT NULL,
  trial_id INTEGER,
  param_name VARCHAR(512),
  param_value DOUBLE PRECISION,
  distribution_json TEXT,
  PRIMARY KEY (param_id),
  UNIQUE (trial_id, param_name),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
)`,
  trial_values: `
CREATE TABLE trial_values (
  trial_value_id SERIAL NOT NULL,
  trial_id INTEGER NOT NULL,
  objective INTEGER NOT NULL,
  value DOUBLE PRECISION,
  value_type trialvaluetype NOT NULL,
  PRIMARY KEY (trial_value_id),
  UNIQUE (trial_id, objective),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
)`,
  trial_intermediate_values: `
CREATE TABLE trial_intermediate_values (
  trial_intermediate_value_id SERIAL NOT NULL,
  trial_id INTEGER NOT NULL,
  step INTEGER NOT NULL,
  intermediate_value DOUBLE PRECISION,
  intermediate_value_type trialintermediatevaluetype NOT NULL,
  PRIMARY KEY (trial_intermediate_value_id),
  UNIQUE (trial_id, step),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
)`,
  trial_heartbeats: `
CREATE TABLE trial_heartbeats (
  trial_heartbeat_id SERIAL NOT NULL,
  trial_id INTEGER NOT NULL,
  heartbeat TIMESTAMP WITHOUT TIME ZONE NOT NULL,
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

/** The names of Optuna's tables. */
export const TABLES: readonly string[] = Object.keys(STATEMENTS).filter((name) => !name.startsWith('ix_'));

/** A remedy where tables of another program have the names of Optuna's. */
const APART = 'give hpo a database of its own, or a schema of its own by ?options=-csearch_path%3Dhpo';

/** Looks at a database, which other programs may use, too, without writing to it. */
async function inspect(session: Session, label: string): Promise<SchemaState> {
  // The catalog, and not information_schema, which hides what the user may not read.
  const rows = await session.rows<[string]>(
    `SELECT relname::text FROM pg_catalog.pg_class JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace
     WHERE nspname = ANY(current_schemas(false)) AND relkind IN ('r', 'p', 'v', 'm', 'f') AND relname = ANY($1::text[])`,
    TABLES,
  );
  const found = new Set(rows.map(([name]) => name));
  if (found.size === 0) return 'empty';
  const missing = TABLES.filter((table) => !found.has(table));
  if (!found.has('studies') || !found.has('trials') || !found.has('alembic_version')) {
    const [other] = found;
    return { problem: `${label} has a table ${other} of something else than Optuna; ${APART}.` };
  }
  const [stored] = (await session.row<[string]>('SELECT version_num FROM alembic_version')) ?? [];
  const revision = revisionOf(stored);
  if (revision === undefined) return { problem: `${label} has tables of something else than Optuna; ${APART}.` };
  return schemaState(label, revision, missing);
}

/** Whether the database has our schema, or else that it is empty. @throws HpoError HPO_STORAGE otherwise. */
export async function hasSchema(session: Session, label: string): Promise<boolean> {
  const state = await inspect(session, label);
  if (typeof state === 'object') throw new HpoError('HPO_STORAGE', state.problem, { data: { label } });
  return state === 'right';
}

/**
 * Lays out Optuna's tables where there are none, all in the present transaction. Of several processes that do so at
 * once, one does.
 */
export async function createSchema(session: Session, label: string): Promise<void> {
  await session.locked('SELECT txid_current(), pg_advisory_xact_lock($1)::text', LAYOUT_LOCK);
  if (await hasSchema(session, label)) return;
  const types = Object.entries(ENUMS).map(
    ([name, values]) => `CREATE TYPE ${name} AS ENUM (${values.map((value) => `'${value}'`).join(', ')})`,
  );
  await session.script([...types, ...Object.values(STATEMENTS)].join(';\n'));
  session.run('INSERT INTO version_info VALUES (1, $1, $2)', SCHEMA_VERSION, OPTUNA_VERSION);
  session.run('INSERT INTO alembic_version VALUES ($1)', SCHEMA_REVISION);
}
