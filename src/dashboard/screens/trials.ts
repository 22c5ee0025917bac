import { ownValue } from '../../base/own-value.ts';
import { formatDuration } from '../../text/format.ts';
import { durationOf } from '../study-model.ts';
import { type Line, line, span } from '../text/line.ts';
import { table } from '../text/table.ts';
import { selectedOf } from '../ui-state.ts';
import type { Screen } from '../view.ts';
import { visibleTrials } from '../visible-trials.ts';
import { paramNames, resultText, stateSpan, valueText } from './trial-text.ts';

/** All trials that match the filter, a page of them at a time. */
export const trials: Screen = ({ model, ui, now }, width, height) => {
  const shown = visibleTrials(model, ui.filter, ui.sort);
  const what = ui.filter === '' ? `${shown.length} trials` : `${shown.length} of ${model.trials.length}: ${ui.filter}`;
  const caption = line(span(`${what}, by ${ui.sort}`, { dim: true }));
  if (shown.length === 0) return [caption];
  const selected = selectedOf(ui, model);
  const at = shown.findIndex(({ number }) => number === selected);
  const page = pageOf(height);
  const first = Math.max(0, Math.min(at - Math.floor(page / 2), shown.length - page));
  const rows = shown.slice(first, first + page);
  const names = paramNames(rows);
  const columns = [
    { title: 'trial', right: true },
    { title: 'state' },
    { title: 'value', right: true },
    { title: 'time', right: true },
    ...names.map((title) => ({ title })),
  ];
  const cells = rows.map((trial) => [
    span(String(trial.number)),
    stateSpan(trial.state),
    span(resultText(trial), trial === model.best ? { bold: true, color: 'green' } : {}),
    span(formatDuration(durationOf(trial, now.getTime()) ?? 0)),
    ...names.map((name) => span(valueText(ownValue(trial.params, name)))),
  ]);
  const [titles, ...lines] = table(columns, cells, width - 2) as [Line, ...Line[]];
  const marked = lines.map((each, row) => {
    const isSelected = rows[row]?.number === selected;
    return [
      span(isSelected ? '› ' : '  ', { bold: true }),
      ...each.map((s) => (isSelected ? { ...s, inverse: true } : s)),
    ];
  });
  return [caption, [span('  '), ...titles], ...marked];
};

/** How many trials a screen of this height shows. */
export function pageOf(height: number): number {
  return Math.max(1, height - 2);
}
