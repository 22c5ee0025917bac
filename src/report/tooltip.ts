import type { Fact, ReportData, ReportTrial } from './report-data.ts';
import { clip, escapeHtml } from './text.ts';
import { durationText, machineFacts, paramFacts, valueFacts } from './trial-text.ts';

const MOST_ROWS = 14;

/** A box beside the pointer: a title above names and texts. All of it is escaped here. */
export function tooltipHtml(title: string, facts: readonly Fact[]): string {
  const rows = facts
    .slice(0, MOST_ROWS)
    .map(([name, text]) => `<dt>${escapeHtml(clip(name, 32))}</dt><dd>${escapeHtml(clip(text, 48))}</dd>`);
  const more = facts.length > MOST_ROWS ? `<p>and ${facts.length - MOST_ROWS} more</p>` : '';
  return `<h4>${escapeHtml(clip(title, 60))}</h4><dl>${rows.join('')}</dl>${more}`;
}

/** The box that shows a trial beside the pointer. */
export function trialTooltip(data: ReportData, trial: ReportTrial): string {
  const state = trial.feasible ? trial.state.toLowerCase() : `${trial.state.toLowerCase()}, infeasible`;
  return tooltipHtml(`trial ${trial.number} · ${state}`, [
    ...valueFacts(data, trial),
    ...paramFacts(data, trial),
    ...(trial.startedAt === null ? [] : [['duration', durationText(trial, data)] as const]),
    ...machineFacts(data, trial),
  ]);
}
