import type { EarlierTrial } from '../history/history.ts';
import { ascendingOrder } from '../math/ascending-order.ts';
import { halfRankWarp } from '../math/output-warp.ts';
import { isFeasible } from '../trial/constraints.ts';
import { type Direction, signOf } from '../trial/direction.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';

/**
 * The trials of an earlier study that tell a later one most: half of `count` are the best ones, the others are evenly
 * spread over the rest in the order of their losses. Only COMPLETE trials count that have a finite value and meet their
 * constraints. Losses have mean 0 and deviation 1, and bad ones tell no more than their rank.
 */
export function tellingTrials(
  trials: readonly FrozenTrial[],
  direction: Direction | undefined,
  count: number,
): readonly EarlierTrial[] {
  const sign = signOf(direction);
  const known = trials.filter((trial) => {
    return trial.state === 'COMPLETE' && Number.isFinite(trial.values?.[0]) && isFeasible(trial);
  });
  if (known.length === 0) return [];
  const losses = halfRankWarp(Float64Array.from(known, ({ values }) => sign * (values?.[0] as number)));
  const sorted = [...ascendingOrder(losses)].map((at) => {
    return { params: (known[at] as FrozenTrial).params, loss: losses[at] as number } as EarlierTrial;
  });
  const best = Math.ceil(count / 2);
  const rest = sorted.slice(best);
  const others = Math.min(count - best, rest.length);
  const spread = Array.from({ length: others }, (_, i) => rest[Math.floor((i * rest.length) / others)] as EarlierTrial);
  return [...sorted.slice(0, best), ...spread];
}
