import type { Rng } from '../base/rng.ts';
import type { StudyView } from '../history/history.ts';
import type { Distribution, ParamValue } from '../space/distribution.ts';
import type { DistributionMap } from '../space/distribution-map.ts';

/** The trial that parameters are sampled for. */
export interface SampledTrial {
  readonly number: number;
  /** The generator of one purpose in this trial; asked twice for the same purpose, it starts anew. */
  rng(purpose: string): Rng;
}

/**
 * Chooses the parameters of the next trial.
 *
 * As in Optuna a trial is sampled in two moves. When it starts, the sampler tells which parameters it wants to choose
 * together ({@link relativeSpaces}) and chooses them ({@link sampleRelative}). Each parameter that the objective asks
 * for and that was not among them is then chosen alone ({@link sampleIndependent}). Parameters with a single value
 * are never asked for.
 *
 * A sampler draws from `trial.rng` alone and keeps nothing but caches between calls: the same study seed, trial number
 * and history give the same parameters, in any process.
 */
export interface Sampler {
  /** What the sampler is called in listings, for example `tpe`. */
  readonly name: string;

  /**
   * The parameters to choose together in the next trial: for each group of them its space, none of which is empty; no
   * parameter is in two of them. An empty list leaves all parameters to {@link sampleIndependent}.
   */
  relativeSpaces(study: StudyView): readonly DistributionMap[];

  /**
   * Chooses a value for each parameter of `space`, one of those that {@link relativeSpaces} returned. It may leave
   * parameters out; those are then chosen alone.
   */
  sampleRelative(study: StudyView, trial: SampledTrial, space: DistributionMap): ReadonlyMap<string, ParamValue>;

  /** Chooses a value for one parameter. */
  sampleIndependent(study: StudyView, trial: SampledTrial, name: string, distribution: Distribution): ParamValue;
}
