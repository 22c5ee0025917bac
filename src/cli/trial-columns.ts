import { HpoError } from '../base/errors.ts';
import type { JsonValue } from '../base/json.ts';
import { ownValue } from '../base/own-value.ts';
import { LEASE_KEY } from '../storage/lease.ts';
import type { Inventory } from '../storage/storage.ts';
import { storedFailure } from '../study/trial/stored-failure.ts';
import { runnerOf } from '../study/trial-runners.ts';
import { causeLine } from '../text/cause.ts';
import { programLines } from '../text/foreign-text.ts';
import { formatDuration } from '../text/format.ts';
import { curve } from '../text/plots.ts';
import { constraintIn, constraintsOf, isFeasible } from '../trial/constraints.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { metricsAt, metricsKey } from '../trial/reported-metrics.ts';
import { parseNames } from './name-list.ts';
import type { Format, Row } from './table.ts';

/**
 * The names of groups, each of which stands for all columns that begin with it: `params` for `params.learningRate` and
 * the others.
 */
const GROUPS = ['values', 'params', 'user', 'constraints', 'reports', 'metrics'] as const;

/** Matches the columns of the groups that have one for each step, of which there may be many. */
export const BY_STEP = /^(reports|metrics)\./;

/** Matches one figure of a step: `metrics.3.accuracy`. A comma separates two columns. */
const METRIC = /^metrics\.(\d+)\.([^,]+)$/;

/** The other names of columns. */
const ALIASES: Readonly<Record<string, string>> = { number: 'trial', seconds: 'duration' };

/**
 * All columns of a study's trials: `trial`, `state`, `value` (with several directions `values.0`, …), `curve` (a
 * drawing of the reports, where a trial has more than one), `duration`, `started`, `machine` (the host that runs the
 * trial, or ran it last, by its lease), `error` (the reason of a failure), `stderr` (the last lines of its worker's stderr), and one for each parameter, user attribute and step with a report:
 * `params.learningRate`, `user.note`, `reports.3`. Where trials have constraints, `feasible` says whether a trial meets
 * its own, and each has a column, such as `constraints.memory`. `metrics.3` are the further figures of a step, of which
 * `metrics.3.accuracy` is one.
 *
 * @param stderr whether any trial has the last lines of a worker's stderr.
 */
export function columnsOf(inventory: Inventory, directions: number, stderr: boolean): readonly string[] {
  const values = directions === 1 ? ['value'] : Array.from({ length: directions }, (_, index) => `values.${index}`);
  const systemAttrs = new Set(inventory.systemAttrs);
  const isConstrained =
    systemAttrs.has('constraints') || inventory.systemAttrs.some((key) => constraintIn(key) !== undefined);
  const isMeasured = (step: number) => systemAttrs.has(metricsKey(step));
  return [
    ...['trial', 'state', ...values],
    ...(isConstrained ? ['feasible'] : []),
    ...(inventory.hasCurves ? ['curve'] : []),
    ...['duration', 'started'],
    ...(systemAttrs.has(LEASE_KEY) ? ['machine'] : []),
    'error', // also of trials that cannot be read, which only reading shows
    ...(stderr ? ['stderr'] : []),
    ...inventory.parameters.map(({ name }) => `params.${name}`),
    ...inventory.userAttrs.map((name) => `user.${name}`),
    ...inventory.systemAttrs.flatMap((key) => constraintIn(key) ?? []).map((name) => `constraints.${name}`),
    ...inventory.steps.map((step) => `reports.${step}`),
    ...inventory.steps.filter(isMeasured).map((step) => `metrics.${step}`),
  ];
}

/**
 * The columns to show where none are named: `machine` among them, which {@link withoutOnlyMachine} takes out again.
 * @param kept whether `error` is among them, where the format has room for it, and whether `reports` and `metrics` are.
 */
export function defaultColumns(
  available: readonly string[],
  format: Format,
  kept: { readonly error: boolean; readonly reports: boolean },
): readonly string[] {
  const isBrief = format === 'table' || format === 'value';
  return available.filter((column) => {
    if (column === 'error') return !isBrief && kept.error;
    if (column === 'started' || column === 'stderr') return !isBrief;
    if (column === 'curve') return format === 'table';
    return kept.reports || !BY_STEP.test(column);
  });
}

/** The rows, without the column `machine` where it names no two machines. */
export function withoutOnlyMachine(rows: readonly Row[]): readonly Row[] {
  const named = new Set(rows.flatMap(({ machine }) => machine ?? []));
  return named.size > 1 ? rows : rows.map(({ machine: _, ...row }) => row);
}

/**
 * The columns that a list such as `trial,params` names. `params` stands for all parameters, as the other groups do for
 * theirs; a parameter may be named without `params.` where no column has that name.
 * @param option the option's name for messages.
 * @throws HpoError HPO_INVALID_ARGUMENT naming the available columns.
 */
export function parseColumns(list: string, available: readonly string[], option: string): readonly string[] {
  return parseNames(
    list,
    (name) => expand(name, available),
    (name) => {
      throw unknownColumn(option, name, available);
    },
  );
}

/**
 * The one column of a single figure that a name stands for.
 * @throws HpoError HPO_INVALID_ARGUMENT naming the available columns.
 */
export function parseColumn(name: string, available: readonly string[], option: string): string {
  const [column, ...others] = expand(name.trim(), available);
  if (column === undefined || others.length > 0) throw unknownColumn(option, name, available);
  if (/^metrics\.\d+$/.test(column)) {
    throw new HpoError('HPO_INVALID_ARGUMENT', `${option}: ${column} are several figures; name one: ${column}.<name>.`);
  }
  return column;
}

function expand(name: string, available: readonly string[]): readonly string[] {
  const known = ALIASES[name] ?? name;
  if (available.includes(known)) return [known];
  const [, step] = METRIC.exec(known) ?? [];
  if (step !== undefined && available.includes(`metrics.${step}`)) return [known];
  if (known === 'value') return available.filter((column) => column.startsWith('values.'));
  const group = GROUPS.find((each) => each === known);
  if (group !== undefined) return available.filter((column) => column.startsWith(`${group}.`));
  return available.includes(`params.${name}`) ? [`params.${name}`] : [];
}

const MOST_NAMED = 30;

function unknownColumn(option: string, name: string, available: readonly string[]): HpoError {
  const groups = new Set(available.flatMap((column) => BY_STEP.exec(column)?.[1] ?? []));
  const named = available.filter((column) => !BY_STEP.test(column));
  const shown = [...named.slice(0, MOST_NAMED), ...[...groups].map(stepColumns)].join(', ');
  const more = named.length > MOST_NAMED ? ', …' : '';
  return new HpoError('HPO_INVALID_ARGUMENT', `${option}: there is no column '${name}'; there are ${shown}${more}.`);
}

function stepColumns(group: string): string {
  return group === 'metrics' ? 'metrics.<step>.<name>' : `${group}.<step>`;
}

/** A trial's value in a column; undefined where it has none (a parameter of another branch). */
export function cellOf(trial: FrozenTrial, column: string): JsonValue | undefined {
  const [, group, name = ''] = /^([a-z]+)\.(.*)$/s.exec(column) ?? [];
  switch (group ?? column) {
    case 'trial':
      return trial.number;
    case 'state':
      return trial.state;
    case 'value':
      return trial.values?.[0] ?? null;
    case 'values':
      return trial.values?.[Number(name)] ?? null;
    case 'feasible':
      return isFeasible(trial);
    case 'constraints':
      return constraintsOf(trial).get(name);
    case 'duration':
      return trial.startedAt && trial.completedAt
        ? (trial.completedAt.getTime() - trial.startedAt.getTime()) / 1000
        : null;
    case 'started':
      return trial.startedAt?.toISOString() ?? null;
    case 'machine':
      return runnerOf(trial)?.host;
    case 'curve':
      return trial.intermediateValues.size < 2 ? undefined : curve([...trial.intermediateValues.values()], CURVE_WIDTH);
    case 'error':
      return errorOf(trial);
    case 'stderr':
      return storedFailure(trial)?.stderr;
    case 'params':
      return ownValue(trial.params, name);
    case 'user':
      return ownValue(trial.userAttrs, name);
    case 'metrics':
      return metricCell(trial, column);
    default:
      return trial.intermediateValues.get(Number(name));
  }
}

/** The figures of a step, or the named one of them. */
function metricCell(trial: FrozenTrial, column: string): JsonValue | undefined {
  const [, step, metric] = METRIC.exec(column) ?? [];
  if (metric === undefined) return metricsAt(trial, Number(column.slice('metrics.'.length)));
  return ownValue(metricsAt(trial, Number(step)) ?? {}, metric);
}

/** The most characters in a curve. */
const CURVE_WIDTH = 12;

function errorOf(trial: FrozenTrial): string | undefined {
  const failure = storedFailure(trial);
  return failure === undefined ? undefined : `${failure.name}: ${failure.message}`;
}

/**
 * A trial as a row. It is flat for tables, CSV and bare values; for JSON and YAML `params`, `user` and `reports` are
 * objects, and `values` is a list. A duration is under `seconds`, except in tables, where it is written for people.
 */
export function trialRow(trial: FrozenTrial, columns: readonly string[], format: Format): Row {
  if (format === 'table') return Object.fromEntries(columns.map((column) => [column, readableCell(trial, column)]));
  const failure = storedFailure(trial);
  const named = columns.map((column) => {
    if (column === 'error' && format === 'value' && failure !== undefined) return [column, causeLine(failure)] as const;
    return [column === 'duration' ? 'seconds' : column, cellOf(trial, column)] as const;
  });
  return format === 'csv' || format === 'value' ? Object.fromEntries(named) : nest(named);
}

function readableCell(trial: FrozenTrial, column: string): JsonValue | undefined {
  const value = cellOf(trial, column);
  if (column === 'duration' && typeof value === 'number') {
    return value < 0.95 ? `${Math.round(value * 1000)} ms` : formatDuration(value * 1000);
  }
  if (column === 'started' && trial.startedAt !== null) {
    return `${trial.startedAt.toLocaleDateString('sv')} ${trial.startedAt.toTimeString().slice(0, 8)}`;
  }
  const failure = column === 'error' ? storedFailure(trial) : undefined;
  if (failure !== undefined) return causeLine(failure);
  if (column === 'stderr' && typeof value === 'string') return programLines(value, false).join('\n');
  return value;
}

function nest(cells: readonly (readonly [column: string, value: JsonValue | undefined])[]): Row {
  const row: Record<string, JsonValue | undefined> = {};
  for (const [column, value] of cells) {
    const group = GROUPS.find((each) => column.startsWith(`${each}.`));
    if (group === undefined) row[column] = value;
    else if (group === 'values') row.values = [...((row.values as readonly JsonValue[]) ?? []), value ?? null];
    else if (value !== undefined) {
      const [, step, metric] = METRIC.exec(column) ?? [];
      const own = row[group] as Record<string, JsonValue> | undefined;
      if (step === undefined || metric === undefined) row[group] = { ...own, [column.slice(group.length + 1)]: value };
      else row[group] = { ...own, [step]: { ...(own?.[step] as Record<string, JsonValue>), [metric]: value } };
    }
  }
  return row;
}
