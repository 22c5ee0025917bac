import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '../base/json.ts';
import { recordOf } from '../base/own-value.ts';
import type { Distribution, ParamValue } from '../space/distribution.ts';
import { type Attributes, type FinishedState, type FrozenTrial, isFinished, lastStep } from '../trial/frozen-trial.ts';
import { addedMetrics, droppedMetrics, type Metrics } from '../trial/reported-metrics.ts';
import { ATTEMPT_KEY, attemptOf, LEASE_KEY } from './lease.ts';
import { attributeFromJson, attributeToJson, storedCopy } from './optuna-rows/attribute-json.ts';
import type { AttributeScope, Requeue, SuggestedParam, TrialTemplate } from './storage.ts';
import { checkKeys } from './template-checks.ts';

// The trial after each kind of write, as every storage returns it: numbers without the sign of zero, reports in
// ascending steps, attributes as copies.

const NONE = Object.freeze({});

export function newTrial(
  id: number,
  number: number,
  { state, params = [], values, intermediateValues, ...template }: TrialTemplate,
): FrozenTrial {
  const trial: FrozenTrial = {
    id,
    number,
    state,
    params: NONE,
    distributions: NONE,
    values: unsigned(values ?? null),
    intermediateValues: reportsOf(intermediateValues ?? []),
    userAttrs: copyOf(template.userAttrs ?? {}),
    systemAttrs: copyOf(template.systemAttrs ?? {}),
    startedAt: state === 'WAITING' ? null : new Date(template.startedAt ?? Date.now()),
    completedAt: isFinished(state) ? new Date(template.completedAt ?? Date.now()) : null,
  };
  return withParams(trial, params);
}

export function startedTrial(trial: FrozenTrial, startedAt: Date, systemAttrs: Attributes): FrozenTrial {
  return changed(trial, { state: 'RUNNING', startedAt, systemAttrs: withAll(trial.systemAttrs, systemAttrs) });
}

export function withParams(trial: FrozenTrial, params: readonly SuggestedParam[]): FrozenTrial {
  if (params.length === 0) return Object.freeze(trial);
  const values = params.map(({ name, value, distribution }): [string, ParamValue] => [
    name,
    distribution.fromInternal(distribution.toInternal(value) + 0),
  ]);
  const distributions = params.map(({ name, distribution }): [string, Distribution] => [name, distribution]);
  return changed(trial, {
    params: withFields(trial.params, values),
    distributions: withFields(trial.distributions, distributions),
  });
}

/** A trial with a report added; the same trial if it has reported at this step before. */
export function withReport(trial: FrozenTrial, step: number, value: number, metrics: Metrics): FrozenTrial {
  if (trial.intermediateValues.has(step)) return trial;
  const isLast = step > (lastStep(trial) ?? -1);
  const intermediateValues = isLast // mostly; sorting thousands of steps would be slow
    ? new Map(trial.intermediateValues).set(step, value + 0)
    : reportsOf([...trial.intermediateValues, [step, value]]);
  const added = addedMetrics(trial.systemAttrs, step, metrics);
  return changed(trial, { intermediateValues, systemAttrs: withAll(trial.systemAttrs, added) });
}

/** A trial with some fields replaced, frozen. A literal of all fields costs a quarter of a spread of a frozen object. */
function changed(trial: FrozenTrial, change: Partial<FrozenTrial>): FrozenTrial {
  const { values = trial.values, startedAt = trial.startedAt, completedAt = trial.completedAt } = change;
  const edited: FrozenTrial = {
    id: trial.id,
    number: trial.number,
    state: change.state ?? trial.state,
    params: change.params ?? trial.params,
    distributions: change.distributions ?? trial.distributions,
    values,
    intermediateValues: change.intermediateValues ?? trial.intermediateValues,
    userAttrs: change.userAttrs ?? trial.userAttrs,
    systemAttrs: change.systemAttrs ?? trial.systemAttrs,
    startedAt,
    completedAt,
  };
  return Object.freeze(trial.unreadable === undefined ? edited : { ...edited, unreadable: trial.unreadable });
}

/** Fields with others added or replaced, frozen. */
function withFields<T>(
  fields: Readonly<Record<string, T>>,
  added: readonly (readonly [string, T])[],
): Readonly<Record<string, T>> {
  return Object.freeze(recordOf([...Object.entries(fields), ...added]));
}

/** Attributes with copies of others added or replaced, frozen. */
function withAll(attributes: Attributes, added: Attributes): Attributes {
  for (const _key in added) return withFields(attributes, Object.entries(copyOf(added)));
  return attributes;
}

/** A trial, or a study, with attributes added. */
export function withAttrs<T extends Pick<FrozenTrial, 'userAttrs' | 'systemAttrs'>>(
  owner: T,
  scope: AttributeScope,
  attributes: Attributes,
): T {
  const member = scope === 'user' ? 'userAttrs' : 'systemAttrs';
  return Object.freeze({ ...owner, [member]: withAll(owner[member], attributes) });
}

/** A trial, or a study, without an attribute. */
export function withoutAttr<T extends Pick<FrozenTrial, 'userAttrs' | 'systemAttrs'>>(
  owner: T,
  scope: AttributeScope,
  key: string,
): T {
  const member = scope === 'user' ? 'userAttrs' : 'systemAttrs';
  const kept = Object.entries(owner[member]).filter(([name]) => name !== key);
  return Object.freeze({ ...owner, [member]: Object.freeze(Object.fromEntries(kept)) });
}

export function finishedTrial(
  trial: FrozenTrial,
  state: FinishedState,
  values: readonly number[] | null,
  completedAt: Date,
  systemAttrs: Attributes,
): FrozenTrial {
  const all = withAll(trial.systemAttrs, systemAttrs);
  return changed(trial, { state, values: unsigned(values), completedAt, systemAttrs: all });
}

/** The system attributes that change when a trial goes back to WAITING; those that are null are removed. */
export function requeueAttrs(trial: Pick<FrozenTrial, 'systemAttrs'>, requeue: Requeue): Attributes {
  const dropped = droppedMetrics(trial.systemAttrs, requeue.keepReportsTo);
  return { ...dropped, ...requeue.systemAttrs, [LEASE_KEY]: null, [ATTEMPT_KEY]: attemptOf(trial) + 1 };
}

/** A trial without any content but its number and its times. */
export function erasedTrial(trial: FrozenTrial, erasedAt: Date, systemAttrs: Attributes): FrozenTrial {
  const { id, number } = trial;
  const [startedAt, completedAt] = [trial.startedAt ?? erasedAt, trial.completedAt ?? erasedAt];
  return newTrial(id, number, { state: 'FAIL', systemAttrs, startedAt, completedAt });
}

export function requeuedTrial(trial: FrozenTrial, requeue: Requeue): FrozenTrial {
  const { keepReportsTo } = requeue;
  const attrs = requeueAttrs(trial, requeue);
  const reports = [...trial.intermediateValues].filter(([step]) => keepReportsTo !== null && step <= keepReportsTo);
  const changed = withAttrs(trial, 'system', attrs);
  const kept = Object.entries(changed.systemAttrs).filter(([key]) => attrs[key] !== null);
  return Object.freeze({
    ...changed,
    state: 'WAITING',
    startedAt: null,
    intermediateValues: reportsOf(reports),
    systemAttrs: Object.freeze(Object.fromEntries(kept)),
  });
}

/**
 * A copy of attributes as they come back from JSON.
 * @throws HpoError HPO_INVALID_ARGUMENT for a key or a value that does not fit.
 */
export function copyOf(attributes: Attributes): Attributes {
  checkKeys(attributes);
  const copies = Object.entries(attributes).map(([key, value]): [string, JsonValue] => [key, storedCopy(key, value)]);
  return Object.freeze(recordOf(copies));
}

function reportsOf(reports: Iterable<readonly [step: number, value: number]>): ReadonlyMap<number, number> {
  const unsignedReports = [...reports].map(([step, value]) => [step, value + 0] as const);
  return new Map(unsignedReports.sort(([a], [b]) => a - b));
}

function unsigned(values: readonly number[] | null): readonly number[] | null {
  return values && Object.freeze(values.map((value) => value + 0));
}

/** Whether an attribute has an expected value; undefined stands for a missing attribute. */
export function isSameJson(current: JsonValue | undefined, expected: JsonValue | undefined): boolean {
  if (current === undefined || expected === undefined) return current === expected;
  return isDeepStrictEqual(current, attributeFromJson(attributeToJson('expected', expected)));
}
