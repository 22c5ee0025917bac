import { checkFields, type Fields, fraction, refusal, wholeNumberFrom, withDefaults } from '../base/option-checks.ts';
import type { Point } from '../sampler/gp/point-space.ts';
import type { Posterior } from '../sampler/gp/posterior.ts';
import type { Prediction } from '../sampler/gp/predictor.ts';
import { crossValidationError } from './cross-validation-error.ts';
import type { Improvement } from './improvement.ts';
import { evenPoints, modelOf, type PlacedTrials, placedTrials, standardized } from './surrogate.ts';

/** The trials that {@link regretBound} models. The defaults are Optuna's. */
export interface RegretBoundOptions {
  /** The share of COMPLETE trials, the best ones, that are modelled; default 0.5. */
  readonly topRatio?: number;
  /** The least number of them, where there are as many; default 20. */
  readonly minTrials?: number;
}

const defaults: Required<RegretBoundOptions> = { topRatio: 0.5, minTrials: 20 };

const FIELDS: Fields<RegretBoundOptions> = { topRatio: fraction, minTrials: wholeNumberFrom(1) };

/** δ: the probability with which the regret may be above the bound. */
export const REGRET_DELTA = 0.1;

/**
 * A bound on the regret (Makarova et al. 2022, "Automatic termination for hyperparameter optimization"), as Optuna's
 * `RegretBoundEvaluator`: the distance from the best value that the model is confident of at a tried point down to the
 * best that it thinks possible anywhere. The model is the Gaussian process of `gp()` over the parameters that all
 * complete trials have; where they have none in common the bound is infinite. Its numbers are near to those of Optuna,
 * whose model has another prior.
 *
 * @throws HpoError HPO_INVALID_STUDY for an option that is out of its range.
 * @example defineStudy({ stopWhen: { improvement: regretBound(), error: 0.001 }, … })
 */
export function regretBound(options: RegretBoundOptions = {}): Improvement {
  checkFields(options, FIELDS, refusal('HPO_INVALID_STUDY', 'regretBound()'));
  const { topRatio, minTrials } = withDefaults(defaults, options);
  return Object.freeze<Improvement>({
    name: 'regretBound',
    error: crossValidationError(),
    evaluate(trials, direction) {
      const placed = placedTrials(trials, direction);
      if (placed === undefined) return Number.POSITIVE_INFINITY;
      const top = topOf(placed.losses, topRatio, minTrials);
      const points = top.map((at) => placed.points[at] as Point);
      const { values, deviation } = standardized(
        Float64Array.from(top, (at) => placed.losses[at] as number),
        1e-10,
      );
      return standardizedRegretBound(modelOf(placed, points, values), placed, points) * deviation;
    },
  });
}

/** The indices of the losses that are among the best `ratio` of them, at least `least` of them, and of their equals. */
export function topOf(losses: Float64Array, ratio: number, least: number): readonly number[] {
  const count = Math.min(Math.max(Math.floor(losses.length * ratio), least), losses.length);
  const worst = losses.toSorted()[count - 1] as number;
  return [...losses.keys()].filter((at) => (losses[at] as number) <= worst);
}

/** The bound in standard deviations of the modelled losses. @param points those that the model has observed. */
export function standardizedRegretBound(model: Posterior, { space }: PlacedTrials, points: readonly Point[]): number {
  const beta = betaOf(space.params.length, points.length, REGRET_DELTA);
  return boundBetween(model.atAll(points), model.atAll(evenPoints(space)), beta);
}

/** From the least upper bound at observed points to the least lower bound at these and others. */
export function boundBetween(observed: readonly Prediction[], others: readonly Prediction[], beta: number): number {
  const width = Math.sqrt(beta);
  const surest = Math.min(...observed.map(({ mean, deviation }) => mean + width * deviation));
  const lowest = (predictions: readonly Prediction[]) =>
    predictions.reduce((least, { mean, deviation }) => Math.min(least, mean - width * deviation), Infinity);
  return surest - Math.min(lowest(observed), lowest(others));
}

/**
 * The square of the number of deviations to either side of the mean: that of Srinivas et al. 2010, theorem 1, divided
 * by 5, as they do in practice.
 */
export function betaOf(paramCount: number, trialCount: number, delta: number): number {
  return (2 * Math.log((paramCount * trialCount ** 2 * Math.PI ** 2) / 6 / delta)) / 5;
}
