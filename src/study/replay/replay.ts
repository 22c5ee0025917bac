import type { ParamValue } from '../../space/distribution.ts';

/**
 * A parameter whose value does not follow from the study's seed and what the sampler saw; or is not the one that it was
 * enqueued with, or that the trial has which its trial continues.
 */
export interface ReplayDifference {
  /** The number of the trial. */
  readonly trial: number;
  /** The name of the parameter, as it is stored. */
  readonly param: string;
  readonly stored: ParamValue;
  readonly derived: ParamValue;
}

/** Trials that could not be derived anew, all for the same reason. */
export interface Underived {
  readonly reason: string;
  /** Their numbers, ascending. */
  readonly trials: readonly number[];
}

/** The result of `replayStudy`. */
export interface Replay {
  readonly study: string;
  /** The name of the storage; never with a password. */
  readonly storage: string;
  /** The name of the sampler. */
  readonly sampler: string;
  /** The study's seed; undefined for a study of Optuna that has never had one. */
  readonly seed: number | undefined;
  /** The number of trials. */
  readonly trials: number;
  /** The number of trials with parameters that were derived anew. */
  readonly derivedTrials: number;
  /** The number of parameters that were derived anew. */
  readonly derivedParams: number;
  /** The number of parameters that were enqueued, can take one value alone, or are those of a continued trial. */
  readonly givenParams: number;
  /** The derived parameters that are stored with another value, by trial. */
  readonly differences: readonly ReplayDifference[];
  /** The other trials. */
  readonly underived: readonly Underived[];
  /** Lines about differences between the study as it is stored and as it is defined, which do not affect the result. */
  readonly notes: readonly string[];
}
