import type { Rng } from '../../base/rng.ts';
import { type Losses, nonDominationRanks } from '../../math/domination.ts';

/** The share of the weighted sum in a scalar loss, as of Knowles 2006; it tells points apart that the maximum does not. */
const AUGMENTATION = 0.05;

/** The greatest loss, in widths of the front. */
const FARTHEST = 1e6;

/**
 * One loss for each trial of several directions, by the augmented Tchebycheff function of ParEGO (Knowles 2006): the
 * greatest of its weighted losses, and a little of their sum. Weights are drawn evenly from those that sum to 1, so that
 * in the course of a study every trade-off is looked for. Each direction's losses are taken from 0 for the best to 1 for
 * the worst of those trials that no other dominates, so that the weights are about the trade-offs that there are.
 *
 * @param losses for each trial one loss for each direction, to be minimised, finite.
 */
export function scalarLosses(losses: readonly Losses[], rng: Rng): Float64Array {
  const directions = losses[0]?.length ?? 0;
  const draws = Array.from({ length: directions }, () => -Math.log(1 - rng.uniform()));
  const total = draws.reduce((sum, draw) => sum + draw, 0);
  const ranks = nonDominationRanks(losses);
  const front = losses.filter((_, at) => ranks[at] === 0);
  const scales = draws.map((draw, direction) => {
    const [least, width] = rangeOf(front, direction);
    return { least, width: width || rangeOf(losses, direction)[1] || 1, weight: draw / total };
  });
  return Float64Array.from(losses, (own) => {
    const weighted = scales.map(({ least, width, weight }, direction) => {
      return weight * Math.min((0.5 * (own[direction] as number) - least) / width, FARTHEST);
    });
    return Math.max(...weighted) + AUGMENTATION * weighted.reduce((sum, loss) => sum + loss, 0);
  });
}

/** The least loss and the distance to the greatest, both halved, for a distance may be beyond the range of numbers. */
function rangeOf(points: readonly Losses[], direction: number): readonly [least: number, width: number] {
  const own = points.map((point) => 0.5 * (point[direction] as number));
  const least = Math.min(...own);
  return [least, Math.max(...own) - least];
}
