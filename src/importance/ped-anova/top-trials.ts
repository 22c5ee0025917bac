import { leastDominated } from '../../math/elite.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import type { RatedTrial } from '../evaluator.ts';

/**
 * The best share of the trials, rounded up: by their loss, with all that equal the last of them; of several losses as
 * many as dominance and hypervolume choose.
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
