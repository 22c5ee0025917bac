import { checkFields, type Fields, refusal, wholeNumberFrom, withDefaults } from '../base/option-checks.ts';
import { normalCdf } from '../math/special-functions.ts';
import type { Point } from '../sampler/gp/point-space.ts';
import { type Improvement, indexOfLeast } from './improvement.ts';
import { medianError } from './median-error.ts';
import { standardizedRegretBound } from './regret-bound.ts';
import { modelOf, placedTrials, standardized } from './surrogate.ts';

/** The trials that {@link emmr} needs. */
export interface EmmrOptions {
  /** The number of COMPLETE trials before it is estimated; from 2 on, default 2. */
  readonly minTrials?: number;
}

const FIELDS: Fields<EmmrOptions> = { minTrials: wholeNumberFrom(2) };

/** λ⁻¹: the variance of the noise that the bound assumes, as Optuna has it. */
const NOISE = 1e-6;

/**
 * The expected minimum model regret (Ishibashi et al. 2023, "A stopping criterion for Bayesian optimization by the gap
 * of expected minimum simple regrets"), as Optuna's `EMMREvaluator`: a bound on what the last trial has changed in the
 * best value that the model expects, in standard deviations of the values. It goes to 0 only when the optimum is found,
 * so it is compared with its own beginning, by {@link medianError}, unless a study names another error. The model is
 * that of {@link regretBound}, whose numbers are near to Optuna's.
 *
 * @throws HpoError HPO_INVALID_STUDY for an option that is out of its range.
 * @example defineStudy({ stopWhen: { improvement: emmr() }, … })
 */
export function emmr(options: EmmrOptions = {}): Improvement {
  checkFields(options, FIELDS, refusal('HPO_INVALID_STUDY', 'emmr()'));
  const { minTrials } = withDefaults({ minTrials: 2 }, options);
  const evaluate: Improvement['evaluate'] = (trials, direction) => {
    const placed = trials.length < minTrials ? undefined : placedTrials(trials, direction);
    if (placed === undefined) return Number.POSITIVE_INFINITY;
    const { points } = placed;
    const { values } = standardized(placed.losses, Number.MIN_VALUE);
    const [formerPoints, formerValues] = [points.slice(0, -1), values.subarray(0, -1)];
    const model = modelOf(placed, points, values);
    const former = modelOf(placed, formerPoints, formerValues);
    const [best, formerBest] = [points[indexOfLeast(values)], points[indexOfLeast(formerValues)]] as [Point, Point];
    const last = model.at(points.at(-1) as Point);
    const atBest = model.at(best);
    return minimumRegretGap({
      best: atBest.mean,
      formerBest: former.at(formerBest).mean,
      bestVariance: atBest.deviation ** 2,
      formerBestVariance: model.at(formerBest).deviation ** 2,
      covariance: best === formerBest ? atBest.deviation ** 2 : model.covariance(best, formerBest),
      last: last.mean,
      lastVariance: last.deviation ** 2,
      lastLoss: values.at(-1) as number,
      regretBound: standardizedRegretBound(former, placed, formerPoints),
    });
  };
  return Object.freeze<Improvement>({ name: 'emmr', error: medianError({ evaluate }), evaluate });
}

/** The predictions of two models, with and without the last trial, for standardized losses. */
export interface RegretGap {
  /** The mean at the best point, and the former model's at the former best point. */
  readonly best: number;
  readonly formerBest: number;
  /** The variances at the two points and their covariance, by the present model. */
  readonly bestVariance: number;
  readonly formerBestVariance: number;
  readonly covariance: number;
  /** The prediction at the last point by the present model, and the loss that was observed there. */
  readonly last: number;
  readonly lastVariance: number;
  readonly lastLoss: number;
  /** The bound on the regret by the former model. */
  readonly regretBound: number;
}

/** The bound on the gap of the expected minimum simple regrets: algorithm 1 of Ishibashi et al. 2023. */
export function minimumRegretGap(gap: RegretGap): number {
  const { best, formerBest, bestVariance, formerBestVariance, covariance, last, lastVariance, lastLoss } = gap;
  const fall = best - formerBest; // negative where the best that is expected has become better
  const spread = Math.sqrt(Math.max(1e-10, bestVariance - 2 * covariance + formerBestVariance));
  const ratio = -fall / spread;
  const density = Math.exp(-(ratio ** 2) / 2) / Math.sqrt(2 * Math.PI);
  const expected = fall + spread * density + spread * ratio * normalCdf(ratio);
  const total = lastVariance + NOISE;
  const divergence =
    0.5 * Math.log(1 + lastVariance / NOISE) -
    (0.5 * lastVariance) / total +
    (0.5 * lastVariance * (lastLoss - last) ** 2) / total ** 2;
  return expected + gap.regretBound * Math.sqrt(0.5 * divergence);
}
