/**
 * The attributes for data of a study and its trials that Optuna has no column for; there are more in
 * `src/storage/lease.ts`.
 */

export const SEED_KEY = 'hpo:seed';
export const SETTINGS_KEY = 'hpo:settings';
export const PROFILE_KEY = 'hpo:profile';
/** The declared space that the study was last run with: by stored name the distribution, in Optuna's JSON. */
export const SPACE_KEY = 'hpo:space';
/** The right to conclude a study: the lease of the coordinator that writes its results and retrains its winner. */
export const CONCLUSION_KEY = 'hpo:conclusion';
/** The attempts at a trial that ended without an outcome, the first one first. */
export const ATTEMPTS_KEY = 'hpo:attempts';
/** The reason why a trial failed: a {@link Failure}. */
export const ERROR_KEY = 'hpo:error';
/** The samplers that have started trials of the study, each with all that its choices depend on: `SamplerEntry`s. */
export const SAMPLERS_KEY = 'hpo:samplers';
/** The sampler and the pruner that the command line named in place of those of the study's file: `NamedParts`. */
export const NAMED_PARTS_KEY = 'hpo:named-parts';
/** The trials of earlier studies that a study learns from: `KeptEarlier`. */
export const EARLIER_KEY = 'hpo:earlier';
/** The looks of its sampler at the other trials, from which its parameters can be derived anew: `Look`s. */
export const SEEN_KEY = 'hpo:seen';
/** Optuna's own key: the parameters that an enqueued trial is to have. */
export const FIXED_PARAMS_KEY = 'fixed_params';
/** The values that a trial was enqueued with and could not take: by parameter `{ value, why, drawn? }`. */
export const UNUSED_KEY = 'hpo:unused';
/** Marks a trial that was added by its study's `enqueue` list, each entry of which is enqueued once. */
export const START_POINT_KEY = 'hpo:start-point';
/** The checkpoints of a trial; see `src/study/checkpoints/kept-checkpoints.ts`. */
export const CHECKPOINTS_KEY = 'hpo:checkpoints';
/** The number of the finished trial that a trial continues. */
export const CONTINUES_KEY = 'hpo:continues';
/** The number of the trial whose value a trial has, which has the same parameters and was not run. */
export const REPEATS_KEY = 'hpo:repeats';
/** The reason why a study ended before it had all its trials: a {@link StopReason}. */
export const STOPPED_KEY = 'hpo:stopped';
/** The number of finished trials that the study is to have: a `StoredTarget`. */
export const TARGET_KEY = 'hpo:target';
/**
 * A short hash of the code of the study's file: with the study, of the code that it was begun with; with a trial, of
 * another code that it was started by.
 */
export const CODE_KEY = 'hpo:code';
