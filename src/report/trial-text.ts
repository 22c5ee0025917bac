import type { Fact, ReportData, ReportTrial } from './report-data.ts';
import { paramScale } from './scale.ts';
import { msText, numberText } from './text.ts';

/** The values of a trial, by the names of the objectives. */
export function valueFacts({ study }: ReportData, { values }: ReportTrial): readonly Fact[] {
  return study.objectives.flatMap(({ name }, at): Fact[] => {
    const value = values?.[at];
    return value === undefined ? [] : [[name, numberText(value)]];
  });
}

/** The parameters that a trial has. */
export function paramFacts({ params }: ReportData, trial: ReportTrial): readonly Fact[] {
  return params.flatMap((param, at): Fact[] => {
    const value = trial.params[at];
    return value === null || value === undefined ? [] : [[param.name, paramScale(param).label(value)]];
  });
}

/**
 * The time that a trial took, or had taken when the report was made, in milliseconds; undefined where it has not begun.
 */
export function elapsedMs({ startedAt, completedAt }: ReportTrial, { readAt }: ReportData): number | undefined {
  return startedAt === null ? undefined : Math.max(0, (completedAt ?? readAt) - startedAt);
}

/** The text of {@link elapsedMs}. */
export function durationText(trial: ReportTrial, data: ReportData): string {
  const ms = elapsedMs(trial, data);
  return ms === undefined ? '' : msText(ms);
}

/** The machine that ran a trial last; undefined where that is not known. */
export function machineOf({ machines }: ReportData, { machine }: ReportTrial): string | undefined {
  return machine === null ? undefined : machines[machine];
}

/** The machine that ran a trial last, where there are several. */
export function machineFacts(data: ReportData, trial: ReportTrial): readonly Fact[] {
  const machine = data.machines.length < 2 ? undefined : machineOf(data, trial);
  return machine === undefined ? [] : [['machine', machine]];
}
