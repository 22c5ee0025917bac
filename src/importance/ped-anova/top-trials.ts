import { leastDominated } from '../../math/elite.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import type { RatedTrial } from '../evaluator.ts';

/**
 * The best share of the trials, their number rounded up. With one loss, trials that equal the last of them are added;
 * with several, dominance and hypervolume choose exactly that number.
 */
export function bestTrials(rated: readonly RatedTrial[], quantile: number): readonly FrozenTrial[] {
  const count = Math.ceil(quantile * rated.length);
  const losses = rated.map((each) => each.losses);
  if ((losses[0]?.length ?? 0) > 1) {
    return leastDominated(losses, count).map((at) => (rated[at] as RatedTrial).trial);
  }
  const last = Float64Array.from(losses, ([loss]) => loss as number).sort()[count - 1] as number;
  return rated.filter((each) => (each.losses[0] as number) <= last).map(({ trial }) => trial);
}
