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
