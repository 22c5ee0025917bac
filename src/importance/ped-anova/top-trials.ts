import { leastDominated } from '../../math/elite.ts';
import type { RatedTrial } from '../evaluator.ts';

/**
 * The best share of the trials, their number rounded up. With one loss, trials that equal the last of them are added;
 * with several, dominance and hypervolume choose exactly that number.
 */
export function bestTrials(rated: readonly RatedTrial[], quantile: number): readonly RatedTrial[] {
  const count = Math.ceil(quantile * rated.length);
  if ((rated[0]?.losses.length ?? 0) > 1) {
    const losses = rated.map((each) => each.losses);
    return leastDominated(losses, count).map((at) => rated[at] as RatedTrial);
  }
  const losses = new Float64Array(rated.length);
  for (let at = 0; at < rated.length; at++) losses[at] = (rated[at] as RatedTrial).losses[0] as number;
  const last = losses.sort()[count - 1] as number;
  return rated.filter((each) => (each.losses[0] as number) <= last);
}
