import type { Rng } from '../../base/rng.ts';
import { ascendingOrder } from '../../math/ascending-order.ts';
import { halfRankWarp, linearWarp } from '../../math/output-warp.ts';
import { type Acquisition, logFeasibility, logImprovement, together } from './acquisition.ts';
import { fitHyperparameters } from './fit-hyperparameters.ts';
import type { Hyperparameters } from './kernel.ts';
import type { Observations } from './log-posterior.ts';
import type { Point } from './point-space.ts';
import { Posterior } from './posterior.ts';
import type { Predictor } from './predictor.ts';
import { AroundPriorMean, trustIn } from './prior-mean.ts';

/**
 * The two ways to look at losses, by name. Samplers take them in turn, since each of them stays in a deceptive region now
 * and then that the other leaves.
 */
export const VIEWS = {
  /** Losses in proportion, and the best one as it was observed. */
  linear: { warp: linearWarp, believesBest: true },
  /** Losses by rank, and the best one as the model predicts it: where there is noise, the best is better than its point. */
  halfRank: { warp: halfRankWarp, believesBest: false },
} as const;

/** The outcomes of trials, as plain data. */
export interface Evidence {
  /** The points of trials with a loss. */
  readonly points: readonly Point[];
  /** Their losses, finite. */
  readonly losses: Float64Array;
  readonly view: keyof typeof VIEWS;
  /** By constraint the trials that it was measured for; at 0 and below it is met. */
  readonly constraints: readonly Measured[];
  /** For each of {@link points} the sum of its violations; 0 for a feasible one. */
  readonly violations: Float64Array;
  /** -1 for trials that have ended, 1 for those that have failed; undefined where none has. */
  readonly failures: Measured | undefined;
  /** The points of trials that are still running. */
  readonly running: readonly Point[];
  /** The trials of earlier studies: points, and losses that are comparable among them; undefined without any. */
  readonly earlier: Measured | undefined;
}

/** The values of some points. */
export interface Measured {
  readonly points: readonly Point[];
  readonly values: Float64Array;
}

/**
 * The value of {@link Evidence.failures} below which a trial is expected to end: far below 0, since the best of what is
 * possible often lies where failures begin, and every second trial would fail there.
 */
const SAFE = -0.9;

/** The models of the evidence, and what they recommend. */
export interface Recommendation {
  readonly acquisition: Acquisition;
  /** Those of the losses' model. */
  readonly hyperparameters: Hyperparameters;
  /** The indices of the evidence's points from the best to the worst, infeasible ones behind all others. */
  readonly order: Uint32Array;
}

/**
 * Models the losses, each constraint and the failures by Gaussian processes. Recommended is what probably improves on
 * the best feasible loss, as far as it is probably feasible and ends. While no trial is feasible, what probably violates
 * the constraints less than any other: the points where they are most probably met would be too near to each other.
 *
 * @param numbers how many of the points' first coordinates are numbers.
 */
export function recommendation(evidence: Evidence, numbers: number, rng: Rng): Recommendation {
  const { points, losses, view, constraints, violations, failures, running } = evidence;
  const isFeasible = (at: number) => violations[at] === 0;
  const someFeasible = violations.some((violation) => violation === 0);
  const { warp, believesBest } = VIEWS[view];
  const values = warp(someFeasible ? losses : violations);
  const { predictor, hyperparameters } = modelOf({ points, values, numbers }, evidence, rng);
  const ranks = values.map((value, at) => {
    return isFeasible(at) || !someFeasible ? value : WORST + (violations[at] as number);
  });
  const order = ascendingOrder(ranks);
  const predicted = (point: Point) => predictor.at(point).mean;
  const best = [...order.subarray(0, BEST_ROWS)].filter((at) => (ranks[at] as number) < WORST);
  const known = best.map((at) => (believesBest ? (values[at] as number) : predicted(points[at] as Point)));
  const parts = [logImprovement(predictor, Math.min(...known, ...running.map(predicted)))];
  const addLimit = (measured: Measured, limit: number) => {
    const limited = { ...measured, numbers };
    parts.push(logFeasibility(new Posterior(limited, fitHyperparameters(limited, rng), running), limit));
  };
  if (someFeasible) for (const constraint of constraints) addLimit(constraint, 0);
  if (failures) addLimit(failures, SAFE);
  return { acquisition: together(parts), hyperparameters, order };
}

/** The model of the losses, and its hyperparameters. Where there are earlier studies, it is one of differences from these. */
function modelOf(
  observations: Observations,
  { earlier, running }: Evidence,
  rng: Rng,
): { readonly predictor: Predictor; readonly hyperparameters: Hyperparameters } {
  const fitted = (own: Observations) => {
    const hyperparameters = fitHyperparameters(own, rng);
    return { predictor: new Posterior(own, hyperparameters, own === prior ? [] : running), hyperparameters };
  };
  const prior = earlier && { ...earlier, numbers: observations.numbers };
  if (prior === undefined) return fitted(observations);
  const { predictor } = fitted(prior);
  const predicted = predictor.atAll(observations.points).map(({ mean }) => mean);
  const trust = trustIn(predicted, observations.values);
  if (trust === 0) return fitted(observations);
  const differences = observations.values.map((value, at) => value - trust * (predicted[at] as number));
  const model = fitted({ ...observations, values: differences });
  return { ...model, predictor: new AroundPriorMean(model.predictor, predictor, trust) };
}

/** The number of the best observations among which the value to beat is looked for. */
const BEST_ROWS = 20;

/** More than any value of the model, which have mean 0 and deviation 1. */
const WORST = 1e6;
