import { ownValue } from '../../base/own-value.ts';
import { runnerOf } from '../../study/trial-runners.ts';
import { formatDuration } from '../../text/format.ts';
import { shortNames } from '../../text/short-names.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { durationOf } from '../study-model.ts';
import { cut, type Line, line, span, widthOf } from '../text/line.ts';
import { type Column, cell, GAP, table, tableWidth } from '../text/table.ts';
import { selectedOf } from '../ui-state.ts';
import type { Screen, View } from '../view.ts';
import { paramNames, visibleTrials } from '../visible-trials.ts';
import { areSeveral } from './machines.ts';
import { looks, resultText, stateSpan, valueText } from './trial-text.ts';

/** All trials that match the filter, a page of them at a time. */
export const trials: Screen = ({ model, machines, ui, now }, width, height) => {
  const shown = visibleTrials(model, ui.filter, ui.sort);
  const what = ui.filter === '' ? `${shown.length} trials` : `${shown.length} of ${model.trials.length}: ${ui.filter}`;
  const caption = `${what}, by ${ui.sort}`;
  if (shown.length === 0) return [line(span(caption, { dim: true }))];
  const selected = selectedOf(ui, model);
  const at = shown.findIndex(({ number }) => number === selected);
  const page = pageOf(height);
  const first = Math.max(0, Math.min(at - Math.floor(page / 2), shown.length - page));
  const rows = shown.slice(first, first + page);
  const fixed = fixedColumns(rows, { model, machines, width, now });
  const room = width - MARGIN - tableWidth(fixed) - GAP;
  const params = paramColumns(rows, room, ui.column);
  const [titles, ...lines] = table([...fixed, ...params.columns], width - MARGIN) as [Line, ...Line[]];
  const marked = lines.map((each, row) => {
    const isSelected = rows[row]?.number === selected;
    return [
      span(isSelected ? '› ' : '  ', { bold: true }),
      ...each.map((s) => (isSelected ? { ...s, inverse: true } : s)),
    ];
  });
  const hint = span(params.hint, { color: 'cyan' });
  const both = line(span(params.hint === '' ? caption : `${caption}  `, { dim: true }), hint);
  const above = widthOf(both) > width && params.hint !== '' ? line(hint) : both;
  return [cut(above, width), [span('  '), ...titles], ...marked];
};

/** The room before a row for the mark of the selected one. */
const MARGIN = 2;
/** The width below which a state is its glyph and times are left out, to make room for a parameter. */
const NARROW = 60;
/** The room for the name of a parameter, and for its values. */
const LONGEST_NAME = 20;
const LONGEST_VALUE = 30;
/** The room for the name of the machine that a trial ran on. */
const LONGEST_HOST = 16;

/** The columns that stay in place when the table is scrolled. */
function fixedColumns(
  rows: readonly FrozenTrial[],
  { model, machines, width, now }: Pick<View, 'model' | 'machines' | 'now'> & { readonly width: number },
): readonly Column[] {
  const isNarrow = width < NARROW;
  const time = (trial: FrozenTrial) => span(formatDuration(durationOf(trial, now.getTime()) ?? 0));
  const host = (trial: FrozenTrial) => cell(runnerOf(trial)?.host ?? '', LONGEST_HOST);
  return [
    { title: isNarrow ? '#' : 'trial', right: true, cells: rows.map(({ number }) => span(String(number))) },
    {
      title: isNarrow ? '' : 'state',
      cells: rows.map(({ state }) => (isNarrow ? span(looks[state].glyph, looks[state].style) : stateSpan(state))),
    },
    {
      title: 'value',
      right: true,
      cells: rows.map((trial) => span(resultText(trial), trial === model.best ? { bold: true, color: 'green' } : {})),
    },
    ...(isNarrow ? [] : [{ title: 'time', right: true, cells: rows.map(time) }]),
    ...(isNarrow || !areSeveral(machines) ? [] : [{ title: 'machine', cells: rows.map(host) }]),
  ];
}

/** The parameters from the scrolled position on that the room has space for; at least one. */
function paramColumns(
  rows: readonly FrozenTrial[],
  room: number,
  column: number,
): { readonly columns: readonly Column[]; readonly hint: string } {
  const names = paramNames(rows);
  const short = shortNames(names, Math.max(1, Math.min(LONGEST_NAME, room)));
  const all = names.map((name, at): Column => {
    const texts = rows.map(({ params }) => valueText(ownValue(params, name)));
    return { title: short[at] ?? name, cells: texts.map((text) => cell(text, Math.min(LONGEST_VALUE, room))) };
  });
  const first = Math.min(column, Math.max(0, all.length - 1));
  let count = 1;
  while (first + count < all.length && tableWidth(all.slice(first, first + count + 1)) <= room) count++;
  const columns = all.slice(first, first + count);
  if (columns.length === all.length) return { columns, hint: '' };
  const [left, right] = [first > 0 ? '← ' : '', first + count < all.length ? ' →' : ''];
  const shown = count === 1 ? `${first + 1}` : `${first + 1} to ${first + count}`;
  return { columns, hint: `${left}parameters ${shown} of ${all.length}${right}` };
}

/** The number of trials that a screen of this height shows. */
export function pageOf(height: number): number {
  return Math.max(1, height - 2);
}
