import type { Rng } from '../../base/rng.ts';
import { linearWarp } from './output-warp.ts';

/** The share of the weighted sum in a scalar loss, as of Knowles 2006; it tells points apart that the maximum does not. */
const AUGMENTATION = 0.05;

/**
 * One loss for each trial of several directions, by the augmented Tchebycheff function of ParEGO (Knowles 2006): the
 * greatest of its weighted losses, and a little of their sum. Weights are drawn evenly from those that sum to 1, so that
 * in the course of a study every trade-off is looked for. Each direction's losses are taken from 0 for the best to 1 for
 * the worst of them.
 *
 * @param losses for each trial one loss for each direction, to be minimised, finite.
 */
export function scalarLosses(losses: readonly (readonly number[])[], rng: Rng): Float64Array {
  const directions = losses[0]?.length ?? 0;
  const draws = Array.from({ length: directions }, () => -Math.log(1 - rng.uniform()));
  const total = draws.reduce((sum, draw) => sum + draw, 0);
  const scalars = new Float64Array(losses.length);
  const sums = new Float64Array(losses.length);
  for (const [direction, draw] of draws.entries()) {
    const unit = fromBestToWorst(Float64Array.from(losses, (own) => own[direction] as number));
    for (let i = 0; i < unit.length; i++) {
      const weighted = (draw / total) * (unit[i] as number);
      scalars[i] = Math.max(scalars[i] as number, weighted);
      sums[i] = (sums[i] as number) + weighted;
    }
  }
  return scalars.map((scalar, i) => scalar + AUGMENTATION * (sums[i] as number));
}

/** Losses in the same order, from 0 to 1; those far above the median count as less far. */
function fromBestToWorst(losses: Float64Array): Float64Array {
  const warped = linearWarp(losses);
  const [least, most] = [Math.min(...warped), Math.max(...warped)];
  return warped.map((loss) => (most > least ? (loss - least) / (most - least) : 0));
}
