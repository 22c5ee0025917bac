import { formatDuration, formatNumber } from '../reporter/text.ts';
import type { Fact, ReportData, ReportTrial } from './report-data.ts';
import { paramScale } from './scale.ts';

/** A text that is not too long, with dots for the rest. */
export function clip(text: string, length: number): string {
  const characters = text.length > 2 * length ? [...text.slice(0, 2 * length)] : [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}

/** The values of a trial, by the names of the objectives. */
export function valueFacts({ study }: ReportData, { values }: ReportTrial): readonly Fact[] {
  return study.objectives.flatMap(({ name }, at): Fact[] => {
    const value = values?.[at];
    return value === undefined ? [] : [[name, formatNumber(value)]];
  });
}

/** The parameters that a trial has. */
export function paramFacts({ params }: ReportData, trial: ReportTrial): readonly Fact[] {
  return params.flatMap((param, at): Fact[] => {
    const value = trial.params[at];
    return value === null || value === undefined ? [] : [[param.name, paramScale(param).label(value)]];
  });
}

/** How long a trial took, or has taken until the report was made; undefined where it has not begun. */
export function elapsedMs({ startedAt, completedAt }: ReportTrial, { readAt }: ReportData): number | undefined {
  return startedAt === null ? undefined : Math.max(0, (completedAt ?? readAt) - startedAt);
}

/** As {@link elapsedMs}, written. */
export function durationText(trial: ReportTrial, data: ReportData): string {
  const ms = elapsedMs(trial, data);
  return ms === undefined ? '' : ms < 950 ? `${Math.round(ms)} ms` : formatDuration(ms);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML shows it. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] as string);
}

const MOST_ROWS = 14;

/** What is shown beside the pointer: a title above names and texts. All of it is escaped here. */
export function tooltipHtml(title: string, facts: readonly Fact[]): string {
  const rows = facts
    .slice(0, MOST_ROWS)
    .map(([name, text]) => `<dt>${escapeHtml(clip(name, 32))}</dt><dd>${escapeHtml(clip(text, 48))}</dd>`);
  const more = facts.length > MOST_ROWS ? `<p>and ${facts.length - MOST_ROWS} more</p>` : '';
  return `<h4>${escapeHtml(clip(title, 60))}</h4><dl>${rows.join('')}</dl>${more}`;
}

/** What is shown of a trial beside the pointer. */
export function trialTooltip(data: ReportData, trial: ReportTrial): string {
  const state = trial.feasible ? trial.state.toLowerCase() : `${trial.state.toLowerCase()}, infeasible`;
  return tooltipHtml(`trial ${trial.number} · ${state}`, [
    ...valueFacts(data, trial),
    ...paramFacts(data, trial),
    ...(trial.startedAt === null ? [] : [['duration', durationText(trial, data)] as const]),
  ]);
}
