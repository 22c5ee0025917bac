/** The attributes in which a study and its trials keep what Optuna has no column for. */

/** Who runs a RUNNING trial: an {@link Owner}. */
export const OWNER_KEY = 'hpo:owner';
export const SEED_KEY = 'hpo:seed';
export const SETTINGS_KEY = 'hpo:settings';
export const PROFILE_KEY = 'hpo:profile';
/** How often a trial has been started; absent for the first time. */
export const ATTEMPT_KEY = 'hpo:attempt';
/** Why a trial failed: a {@link Failure}. */
export const ERROR_KEY = 'hpo:error';
/** Optuna's own key: the parameters that an enqueued trial is to have. */
export const FIXED_PARAMS_KEY = 'fixed_params';
