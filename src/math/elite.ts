import { type Losses, nonDominationRanks } from './domination.ts';
import { referencePoint, selectByHypervolume } from './hypervolume-selection.ts';

/**
 * The indices of the `count` best points: whole non-domination ranks while they fit, and from the next rank the points
 * that together dominate much volume.
 *
 * @param losses points; those that are undefined are left out.
 */
export function leastDominated(losses: readonly (Losses | undefined)[], count: number): readonly number[] {
  const present = [...losses.keys()].filter((at) => losses[at] !== undefined);
  const points = present.map((at) => losses[at] as Losses);
  const fronts: number[][] = [];
  for (const [index, rank] of nonDominationRanks(points).entries()) {
    while (fronts.length <= rank) fronts.push([]);
    fronts[rank]?.push(index);
  }
  const kept: number[] = [];
  for (const front of fronts) {
    const missing = count - kept.length;
    if (front.length > missing) {
      const candidates = front.map((index) => points[index] as Losses);
      const chosen = missing === 0 ? [] : selectByHypervolume(candidates, missing, referencePoint(candidates));
      kept.push(...chosen.map((at) => front[at] as number));
      break;
    }
    kept.push(...front);
  }
  return kept.map((index) => present[index] as number);
}
