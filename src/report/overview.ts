import type { FrozenTrial } from '../trial/frozen-trial.ts';
import type { ReportOverview } from './report-data.ts';

/**
 * Sums the trials of a study up.
 *
 * @param readAt the time at which they were read; unfinished trials count as running until then.
 * @param every one trial in this many is among a report's data.
 */
export function overviewOf(trials: readonly FrozenTrial[], readAt: Date, every: number): ReportOverview {
  const counts = { WAITING: 0, RUNNING: 0, COMPLETE: 0, PRUNED: 0, FAIL: 0 };
  let [started, ranMs, first, last] = [0, 0, Infinity, -Infinity];
  for (const { state, startedAt, completedAt } of trials) {
    counts[state]++;
    if (startedAt === null) continue;
    const from = startedAt.getTime();
    const to = Math.max(from, (completedAt ?? readAt).getTime());
    started++;
    ranMs += to - from;
    first = Math.min(first, from);
    last = Math.max(last, to);
  }
  return { counts, every, started, span: started === 0 ? null : [first, last], ranMs };
}

/** The number of trials. */
export function trialCount({ counts }: ReportOverview): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
