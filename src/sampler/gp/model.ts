import type { Rng } from '../../base/rng.ts';
import { ascendingOrder } from '../../math/ascending-order.ts';
import { type Acquisition, logFeasibility, logImprovement, together } from './acquisition.ts';
import { fitHyperparameters } from './fit-hyperparameters.ts';
import type { Hyperparameters } from './kernel.ts';
import { halfRankWarp, linearWarp } from './output-warp.ts';
import type { Point } from './point-space.ts';
import { Posterior } from './posterior.ts';

/** The ways in which losses are made fit for the model, by name. */
export const OUTPUT_WARPS = { linear: linearWarp, halfRank: halfRankWarp } as const;

/** What trials have shown, as plain data. */
export interface Evidence {
  /** The points of trials with a loss. */
  readonly points: readonly Point[];
  /** Their losses, finite. */
  readonly losses: Float64Array;
  readonly warp: keyof typeof OUTPUT_WARPS;
  /** By constraint the points of trials that it was measured for, and the values: at 0 and below it is met. */
  readonly constraints: readonly { readonly points: readonly Point[]; readonly values: Float64Array }[];
  /** For each of {@link points} the sum of its violations; 0 for a feasible one. */
  readonly violations: Float64Array;
  /** The points of trials that are still running. */
  readonly running: readonly Point[];
}

/** The models of the evidence, and what they recommend. */
export interface Recommendation {
  readonly acquisition: Acquisition;
  /** Those of the losses' model. */
  readonly hyperparameters: Hyperparameters;
  /** The indices of the evidence's points from the best to the worst, infeasible ones behind all others. */
  readonly order: Uint32Array;
}

/**
 * Models the losses and each constraint by a Gaussian process. Recommended is what probably improves on the best
 * feasible loss, as far as it is probably feasible; where no trial is feasible yet, what probably is.
 *
 * @param numbers how many of the points' first coordinates are numbers.
 */
export function recommendation(evidence: Evidence, numbers: number, rng: Rng): Recommendation {
  const { points, losses, warp, constraints, violations, running } = evidence;
  const values = OUTPUT_WARPS[warp](losses);
  const observations = { points, values, numbers };
  const hyperparameters = fitHyperparameters(observations, rng);
  const parts: Acquisition[] = constraints.map((constraint) => {
    const measured = { ...constraint, numbers };
    return logFeasibility(new Posterior(measured, fitHyperparameters(measured, rng), running), 0);
  });
  const feasible = values.filter((_, at) => violations[at] === 0);
  if (feasible.length > 0) {
    const posterior = new Posterior(observations, hyperparameters, running);
    const believed = running.map((point) => posterior.at(point).mean);
    parts.push(logImprovement(posterior, Math.min(...feasible, ...believed)));
  }
  return { acquisition: together(parts), hyperparameters, order: bestFirst(values, violations) };
}

function bestFirst(values: Float64Array, violations: Float64Array): Uint32Array {
  const worst = values.reduce((most, value) => Math.max(most, value), 0);
  return ascendingOrder(
    values.map((value, at) => ((violations[at] as number) > 0 ? worst + (violations[at] as number) : value)),
  );
}
