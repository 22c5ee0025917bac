import { isObject } from '../base/is-object.ts';
import type { JsonValue } from '../base/json.ts';
import { type Attributes, type FrozenTrial, lastStep } from '../trial/frozen-trial.ts';

// A pruner's attributes belong to the reports that it has judged. When reports are dropped, since the trial is to be
// run again, the attributes must be what they were before, or the pruner would judge the next attempt by the last one.
// So each judgement's attributes are kept by the step of the last report, many steps in one attribute (see the metrics
// of reports).
const PREFIX = 'hpo:judged:';
const STEPS_TOGETHER = 64;
/** The step of a judgement before the first report. */
const NO_STEP = -1;

/** The attributes of a judgement, together with the record by which {@link undoneJudgements} takes them back. */
export function judgementAttrs(trial: FrozenTrial, attrs: Attributes): Attributes {
  const step = lastStep(trial) ?? NO_STEP;
  const key = `${PREFIX}${Math.floor(step / STEPS_TOGETHER)}`;
  const stored = trial.systemAttrs[key];
  const others = isObject(stored) ? (stored as Attributes) : {};
  const earlier = others[step];
  const all = { ...(isObject(earlier) ? (earlier as Attributes) : {}), ...attrs };
  return { ...attrs, [key]: { ...others, [step]: all } };
}

/**
 * The attributes that change when the reports after a step are dropped: those of later judgements become what they were
 * before, or null where there was none.
 * @param keepTo the last step that is kept; null for none.
 */
export function undoneJudgements({ systemAttrs }: Pick<FrozenTrial, 'systemAttrs'>, keepTo: number | null): Attributes {
  const changed: Record<string, JsonValue> = {};
  const values = new Map<string, JsonValue>();
  const judged = Object.entries(systemAttrs).filter(([key, stored]) => key.startsWith(PREFIX) && isObject(stored));
  for (const [key, stored] of judged) {
    const steps = Object.entries(stored as Attributes).filter(([, attrs]) => isObject(attrs));
    const kept = steps.filter(([step]) => keepTo !== null && Number(step) <= keepTo);
    if (kept.length < steps.length) changed[key] = kept.length === 0 ? null : Object.fromEntries(kept);
    for (const [, attrs] of steps) for (const name of Object.keys(attrs as Attributes)) values.set(name, null);
  }
  if (Object.keys(changed).length === 0) return {};
  const kept = judged.flatMap(([key]) =>
    Object.entries((changed[key] ?? (key in changed ? {} : systemAttrs[key])) as Attributes),
  );
  for (const [, attrs] of kept.sort(([a], [b]) => Number(a) - Number(b))) {
    for (const [name, value] of Object.entries(attrs as Attributes)) values.set(name, value as JsonValue);
  }
  return { ...changed, ...Object.fromEntries(values) };
}
