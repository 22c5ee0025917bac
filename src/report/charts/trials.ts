import type { View } from '../chart.ts';
import type { ReportData, ReportTrial } from '../report-data.ts';
import { type Scale, valueScale } from '../scale.ts';

/** A trial that reached a finite value. */
export interface Rated {
  readonly trial: ReportTrial;
  readonly value: number;
}

/** The complete trials with their values of an objective; those without a finite value are left out. */
export function ratedTrials({ trials }: ReportData, objective: number): readonly Rated[] {
  return trials.flatMap((trial) => {
    const value = trial.state === 'COMPLETE' ? trial.values?.[objective] : undefined;
    return value !== undefined && Number.isFinite(value) ? [{ trial, value }] : [];
  });
}

/** The reason why a chart of the trials' values cannot be drawn; undefined where it can. */
export function lacksValues(data: ReportData, { objective }: View): string | undefined {
  return ratedTrials(data, objective).length === 0 ? 'No trial is complete with a finite value yet.' : undefined;
}

/** Whether the greater value of an objective is the better. */
export function isMaximised({ study }: ReportData, objective: number): boolean {
  return study.objectives[objective]?.direction === 'maximize';
}

/** The name of an objective. */
export function objectiveName({ study }: ReportData, objective: number): string {
  return study.objectives[objective]?.name ?? '';
}

/** The scale of an objective over these trials. */
export function objectiveScale(data: ReportData, view: View, rated: readonly Rated[]): Scale {
  const values = rated.map(({ value }) => value);
  return valueScale(objectiveName(data, view.objective), values, view.log);
}

/** The trial of an item of a chart, whose value ends in the trial's number. */
export function trialOf(data: ReportData, item: unknown): ReportTrial | undefined {
  const value = Array.isArray(item) ? item : (item as { readonly value?: unknown } | null)?.value;
  const number: unknown = Array.isArray(value) ? value.at(-1) : undefined;
  return typeof number === 'number' ? numberedTrial(data, number) : undefined;
}

/** The trial of this number, if it is among the data. */
export function numberedTrial({ trials }: ReportData, number: number): ReportTrial | undefined {
  if (trials[number]?.number === number) return trials[number]; // all trials are among the data
  let low = 0;
  let high = trials.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((trials[middle] as ReportTrial).number < number) low = middle + 1;
    else high = middle;
  }
  return trials[low]?.number === number ? trials[low] : undefined;
}
