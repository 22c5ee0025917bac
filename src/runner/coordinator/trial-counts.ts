import type { Best, Counts } from '../../study/run-event.ts';
import { bestOf } from '../../trial/best-trial.ts';
import type { Direction } from '../../trial/direction.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';

/** The number of trials in each finished state. */
export function countsOf(trials: readonly FrozenTrial[]): Counts {
  const counts = { complete: 0, pruned: 0, failed: 0 };
  for (const { state } of trials) {
    if (state === 'COMPLETE') counts.complete++;
    else if (state === 'PRUNED') counts.pruned++;
    else if (state === 'FAIL') counts.failed++;
  }
  return counts;
}

/** The best trial so far; undefined while none is complete, and with several directions. */
export function bestSoFar(trials: readonly FrozenTrial[], directions: readonly Direction[]): Best | undefined {
  if (directions.length !== 1) return undefined;
  const best = bestOf(trials, directions);
  const value = best?.values?.[0];
  return best === undefined || value === undefined ? undefined : { trial: best.number, value, params: best.params };
}
