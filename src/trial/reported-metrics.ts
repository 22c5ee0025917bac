import type { JsonValue } from '../base/json.ts';
import { ownValue } from '../base/own-value.ts';
import type { Attributes, FrozenTrial } from './frozen-trial.ts';

/** Further figures by name, such as `{ accuracy: 0.9 }`; NaN and the infinities are allowed. */
export type Metrics = Readonly<Record<string, number>>;

// Optuna's schema has one number for each step. Further figures stand in system attributes `hpo:metrics:0`,
// `hpo:metrics:1`, …, each with the figures of this number of steps: a trial of ten thousand steps has 157 of them, and
// a report rewrites few lines.
const STEPS_TOGETHER = 64;

/** The beginning of the keys of system attributes that hold metrics. */
export const METRICS_PREFIX = 'hpo:metrics:';

/** The system attribute that holds the metrics of a step. */
export function metricsKey(step: number): string {
  return `${METRICS_PREFIX}${Math.floor(step / STEPS_TOGETHER)}`;
}

/** The metrics that a trial reported beside its intermediate values, by step, in ascending steps. */
export function metricsOf({ systemAttrs }: Pick<FrozenTrial, 'systemAttrs'>): ReadonlyMap<number, Metrics> {
  const found: (readonly [number, Metrics])[] = [];
  for (const [key, stored] of Object.entries(systemAttrs)) {
    if (!key.startsWith(METRICS_PREFIX) || typeof stored !== 'object' || stored === null) continue;
    for (const [step, own] of Object.entries(stored)) {
      const metrics = numbersIn(own);
      if (metrics !== undefined && Number.isSafeInteger(Number(step))) found.push([Number(step), metrics]);
    }
  }
  return new Map(found.sort(([a], [b]) => a - b));
}

/** The metrics that a trial reported at a step; undefined for none. */
export function metricsAt({ systemAttrs }: Pick<FrozenTrial, 'systemAttrs'>, step: number): Metrics | undefined {
  const stored = ownValue(systemAttrs, metricsKey(step));
  return typeof stored === 'object' && stored !== null
    ? numbersIn(ownValue(stored as Attributes, String(step)))
    : undefined;
}

/** The numbers of an object; undefined for any other value, which another program may have stored. */
function numbersIn(stored: JsonValue | undefined): Metrics | undefined {
  if (typeof stored !== 'object' || stored === null) return undefined;
  return Object.fromEntries(Object.entries(stored).filter(([, value]) => typeof value === 'number')) as Metrics;
}

/** The attribute, among those of a trial, that changes when metrics of a further step are added. */
export function addedMetrics(systemAttrs: Attributes, step: number, metrics: Metrics): Attributes {
  if (Object.keys(metrics).length === 0) return {};
  const key = metricsKey(step);
  const stored = ownValue(systemAttrs, key);
  const others = typeof stored === 'object' && !Array.isArray(stored) ? stored : {};
  return { [key]: { ...others, [step]: metrics } };
}

/** The attributes that change when the metrics of later steps are dropped; null for those that are removed. */
export function droppedMetrics(systemAttrs: Attributes, keepTo: number | null): Attributes {
  const changed: [string, Attributes[string]][] = [];
  for (const [key, stored] of Object.entries(systemAttrs)) {
    if (!key.startsWith(METRICS_PREFIX) || typeof stored !== 'object' || stored === null) continue;
    const all = Object.entries(stored);
    const kept = all.filter(([step]) => keepTo !== null && Number(step) <= keepTo);
    if (kept.length < all.length) changed.push([key, kept.length === 0 ? null : Object.fromEntries(kept)]);
  }
  return Object.fromEntries(changed);
}
