import { oneOf } from '../../base/option-checks.ts';
import type { EpochRecord } from './epoch-record.ts';

/** The figures of an {@link EpochRecord} by which one epoch is better than another. */
export const epochMetrics = [
  'trainLoss',
  'trainAccuracy',
  'validationLoss',
  'validationAccuracy',
  'trainEvaluationLoss',
  'trainEvaluationAccuracy',
] as const satisfies readonly (keyof EpochRecord)[];

/** A figure of an epoch to judge it by: losses are better where they are lower, accuracies where they are higher. */
export type EpochMetric = (typeof epochMetrics)[number];

/** The metric where none is named. */
export const defaultMetric: EpochMetric = 'validationLoss';

export const epochMetric = oneOf(...epochMetrics);

/** Whether lower values of a metric are better. */
export const isLoss = (metric: EpochMetric): boolean => metric.endsWith('Loss');

/** An epoch's value of a metric; NaN where its training did not take it. */
export const metricValue = (record: EpochRecord, metric: EpochMetric): number => record[metric] ?? Number.NaN;

/**
 * The best epoch by a metric: the first of equals, never one whose value is NaN unless all are, and then the last.
 * Undefined before the first epoch.
 */
export function bestEpoch(history: readonly EpochRecord[], metric: EpochMetric): EpochRecord | undefined {
  const [gain] = gains(history, metric, 0).slice(-1);
  return gain ?? history.at(-1);
}

/**
 * The number of epochs in a row, up to the last one, that were not better than the best before them by more than
 * `minDelta`. NaN is never better.
 */
export function epochsWithoutGain(history: readonly EpochRecord[], metric: EpochMetric, minDelta: number): number {
  const last = gains(history, metric, minDelta).at(-1);
  return history.length - (last === undefined ? 0 : history.indexOf(last) + 1);
}

/** The epochs that were better than every gain before them, by more than `minDelta`. */
function gains(history: readonly EpochRecord[], metric: EpochMetric, minDelta: number): readonly EpochRecord[] {
  const sign = isLoss(metric) ? -1 : 1;
  const found: EpochRecord[] = [];
  let best = Number.NaN;
  for (const record of history) {
    const value = sign * metricValue(record, metric);
    if (Number.isNaN(value) || value - minDelta <= best) continue;
    best = value;
    found.push(record);
  }
  return found;
}
