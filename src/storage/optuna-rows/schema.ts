/** The revision of Optuna's schema that we read and write: the head from Optuna 3.2 up to 5.0. */
export const SCHEMA_REVISION = 'v3.2.0.a';

/** Frozen by Optuna when it changed to revisions. */
export const SCHEMA_VERSION = 12;

/** The version with this schema; Optuna shows it and does not check it. */
export const OPTUNA_VERSION = '5.0.0';

/** The tables that hold the parts of trials, beside `trials` itself. */
export const TRIAL_TABLES = [
  'trial_user_attributes',
  'trial_system_attributes',
  'trial_params',
  'trial_values',
  'trial_intermediate_values',
  'trial_heartbeats',
] as const;

/** The content of a database: no table of Optuna's yet, our schema, or a line on why it cannot be used. */
export type SchemaState = 'empty' | 'right' | { readonly problem: string };

/** The revision in a row of `alembic_version`; undefined for anything but one of Optuna's. */
export function revisionOf(stored: unknown): string | undefined {
  return typeof stored === 'string' && /^v[\w.]{1,30}$/.test(stored) ? stored : undefined;
}

/**
 * The state of a database that has tables of Optuna's.
 * @param label names the database in messages.
 * @param revision its revision; undefined where it is not known.
 * @param missing the tables that it lacks.
 */
export function schemaState(label: string, revision: string | undefined, missing: readonly string[]): SchemaState {
  if (revision === SCHEMA_REVISION && missing.length === 0) return 'right';
  if (revision !== undefined && revision > SCHEMA_REVISION) {
    return {
      problem: `${label} has schema ${revision} of a newer Optuna, and hpo knows ${SCHEMA_REVISION}; update hpo.`,
    };
  }
  const has = revision === SCHEMA_REVISION ? `no table ${missing[0]}` : `schema ${revision ?? 'of an unknown version'}`;
  return {
    problem: `${label} has ${has}, and hpo needs ${SCHEMA_REVISION}; run: optuna storage upgrade --storage '${label}'`,
  };
}
