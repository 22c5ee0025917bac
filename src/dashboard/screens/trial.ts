import { ownValue } from '../../base/own-value.ts';
import { storedFailure } from '../../study/trial/stored-failure.ts';
import { runnerOf } from '../../study/trial-runners.ts';
import { programLines } from '../../text/foreign-text.ts';
import { formatDuration, formatNumber } from '../../text/format.ts';
import { shortNames } from '../../text/short-names.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { metricsAt } from '../../trial/reported-metrics.ts';
import { durationOf, type StudyModel } from '../study-model.ts';
import { beside, cut, type Line, line, span, widthOf } from '../text/line.ts';
import { type Column, cell, GAP as TABLE_GAP, table, tableWidth } from '../text/table.ts';
import { selectedOf } from '../ui-state.ts';
import type { Screen } from '../view.ts';
import { paramNames } from '../visible-trials.ts';
import { areSeveral } from './machines.ts';
import { margin } from './overview.ts';
import { resultText, stateSpan, valueText } from './trial-text.ts';

/** The greatest part of the width for parameters and attributes, which are at the left. */
const MOST_LEFT = 0.6;
const GAP = 3;
/** The width below which reports stand below the parameters. */
const NARROW = 60;
/** The columns that a name gets before values are cut. */
const LEAST_NAME = 9;
/** The number of last lines of a failed trial's worker's stderr that are shown. */
const LAST_WORDS = 5;

/** One trial beside the best: parameters, reports against the median, attributes, and the reason of a failure. */
export const trial: Screen = ({ model, machines, ui, now }, width, height) => {
  const selected = selectedOf(ui, model);
  const shown = selected === undefined ? undefined : model.trials[selected];
  if (shown === undefined) return [line(span('no trial yet', { dim: true }))];
  const head = line(
    span(`trial ${shown.number}  `, { bold: true }),
    stateSpan(shown.state),
    `  ${resultText(shown)}  ${formatDuration(durationOf(shown, now.getTime()) ?? 0)}`,
    ...(areSeveral(machines) ? [span(whereText(shown), { dim: true })] : []),
  );
  const above = [head, line(), ...failure(shown)];
  if (width < NARROW) {
    const lines = [...params(shown, model.best, width), ...attributes(shown, width)];
    const below = height - above.length - lines.length - 2;
    const reported = below < 1 ? [] : [line(), ...reports(shown, model, width, below)];
    return within([...above, ...lines, ...reported], height).map((each) => cut(each, width));
  }
  const room = Math.floor(width * MOST_LEFT) - GAP;
  const left = within([...params(shown, model.best, room), ...attributes(shown, room)], height - above.length);
  const leftWidth = Math.min(Math.floor(width * MOST_LEFT), Math.max(...left.map(widthOf)) + GAP);
  const reported = reports(shown, model, width - leftWidth, height - above.length - 1);
  const blocks = beside(left, leftWidth, reported);
  return [...above, ...blocks].slice(0, height).map((each) => cut(each, width));
};

/** The process that runs a trial, or ran it last; '' where no lease names it. */
function whereText(shown: FrozenTrial): string {
  const runner = runnerOf(shown);
  return runner === undefined ? '' : `  process ${runner.pid} on ${runner.host}`;
}

/** The parameters. Where room is short, values are shown whole and names are shortened. */
function params(shown: FrozenTrial, best: FrozenTrial | undefined, width: number): Line[] {
  const compared = best !== undefined && best !== shown ? [shown, best] : [shown];
  const names = paramNames(compared);
  const most = Math.floor((width - LEAST_NAME) / compared.length) - TABLE_GAP;
  const values = compared.map((each): Column => {
    const title = each === shown ? `trial ${each.number}` : `best (${each.number})`;
    return { title, cells: names.map((name) => cell(valueText(ownValue(each.params, name)), most)) };
  });
  const room = Math.max(LEAST_NAME, width - tableWidth(values) - TABLE_GAP);
  const short = shortNames(names, room);
  return table([{ title: 'parameter', cells: short.map((name) => span(name)) }, ...values], width);
}

function attributes({ userAttrs }: FrozenTrial, width: number): Line[] {
  const entries = Object.entries(userAttrs);
  const short = shortNames(
    entries.map(([name]) => name),
    Math.max(LEAST_NAME, Math.floor(width / 2)),
  );
  const rows = entries.map(([name, value], at) =>
    line(span(`${short[at] ?? name}  `, { dim: true }), JSON.stringify(value)),
  );
  return rows.length === 0 ? [] : [line(), ...rows];
}

/** The first lines that the height has room for, and the number of the others. */
function within(lines: readonly Line[], height: number): readonly Line[] {
  const kept = Math.max(0, height - 1);
  if (lines.length <= height) return lines;
  return [
    ...lines.slice(0, kept),
    line(span(`and ${lines.length - kept} more lines; hpo trials shows all`, { dim: true })),
  ];
}

/**
 * A table of the reports, the last ones where there is no room for all, with as many metrics as the width has room for.
 */
function reports(shown: FrozenTrial, model: StudyModel, width: number, height: number): Line[] {
  const all = [...shown.intermediateValues];
  const kept = all.slice(-Math.max(1, height - 1));
  if (kept.length === 0) return [line(span('no reports', { dim: true }))];
  const steps = kept.map(([step]) => step);
  const margins = kept.map(([step, value]) => margin(model, step, value) ?? span(''));
  const columns: Column[] = [
    { title: 'step', right: true, cells: steps.map((step) => span(String(step))) },
    { title: 'value', cells: kept.map(([, value]) => span(formatNumber(value))) },
    ...(margins.every(({ text }) => text === '') ? [] : [{ title: 'to median', cells: margins }]),
  ];
  const metrics = metricColumns(shown, steps);
  const fitting = fittingColumns(metrics, width - tableWidth(columns) - TABLE_GAP);
  const what = kept.length < all.length ? `the last ${kept.length} of ${all.length} reports` : 'reports';
  const left = metrics.length - fitting.length;
  const caption = left === 0 ? what : `${what}, without ${left} of ${metrics.length} metrics`;
  const [titles, ...rows] = table([...columns, ...fitting], width) as [Line, ...Line[]];
  return [line(span(caption, { dim: true })), ...(height < 2 ? [] : [titles]), ...rows];
}

/** The metrics of these steps, in the order in which they were first reported. */
function metricColumns(shown: FrozenTrial, steps: readonly number[]): readonly Column[] {
  const rows = steps.map((step) => metricsAt(shown, step) ?? {});
  const names = [...new Set(rows.flatMap((metrics) => Object.keys(metrics)))];
  return names.map((title) => {
    const cells = rows.map((metrics) => span(valueText(ownValue(metrics, title)), { color: 'cyan' }));
    return { title, cells };
  });
}

/** The first columns that a width has room for, their titles shortened where that makes room for more. */
function fittingColumns(columns: readonly Column[], width: number): readonly Column[] {
  const names = columns.map(({ title }) => title);
  for (let room = Math.max(LEAST_NAME, ...names.map((name) => widthOf([span(name)]))); ; room--) {
    const short = shortNames(names, room);
    const named = columns.map((column, at) => ({ ...column, title: short[at] ?? column.title }));
    if (tableWidth(named) <= width) return named;
    if (room <= LEAST_NAME) return named.filter((_, at) => tableWidth(named.slice(0, at + 1)) <= width);
  }
}

function failure(trial: FrozenTrial): Line[] {
  const found = storedFailure(trial);
  if (found === undefined) return [];
  const lines = `${found.name}: ${found.message}`.split('\n');
  const words = found.stderr === undefined ? [] : programLines(found.stderr, false).slice(-LAST_WORDS);
  return [
    ...lines.map((text) => line(span(text, { color: 'red' }))),
    ...words.map((text) => line(span(text, { dim: true }))),
    line(),
  ];
}
