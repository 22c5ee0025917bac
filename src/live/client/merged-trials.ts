import type { ReportTrial } from '../../report/report-data.ts';

/** Trials by number, with those that are new or have changed in their places. */
export function mergedTrials(trials: readonly ReportTrial[], changed: readonly ReportTrial[]): readonly ReportTrial[] {
  if (changed.length === 0) return trials;
  const merged: ReportTrial[] = [];
  const sorted = changed.toSorted((a, b) => a.number - b.number);
  let at = 0;
  for (const trial of trials) {
    for (; at < sorted.length && (sorted[at] as ReportTrial).number < trial.number; at++) {
      merged.push(sorted[at] as ReportTrial);
    }
    merged.push(sorted[at]?.number === trial.number ? (sorted[at++] as ReportTrial) : trial);
  }
  return [...merged, ...sorted.slice(at)];
}
