import { isObject } from '../base/is-object.ts';
import type { JsonValue } from '../base/json.ts';
import { type Attributes, type FrozenTrial, lastStep } from '../trial/frozen-trial.ts';

// A pruner's attributes belong to the reports that it has judged. When reports are dropped, since the trial is to be
// run again, the attributes must be what they were before, or the pruner would judge the next attempt by the last one.
// So each judgement with attributes is kept by the step of the last report, many steps in one attribute (see the
// metrics of reports).
const PREFIX = 'hpo:judged:';
const STEPS_TOGETHER = 64;
/** The step of a judgement before the first report. */
const NO_STEP = -1;

/** The judgements after the report of one step, as stored: the attributes of all, and whether one was to prune. */
type Kept = { readonly attrs: Attributes; readonly prune?: true };

/** A judgement that comes with attributes. */
export interface AttributedJudgement {
  readonly prune: boolean;
  readonly attrs: Attributes;
}

/** The attributes of a judgement, together with the record by which {@link undoneJudgements} takes them back. */
export function judgementAttrs(trial: FrozenTrial, { prune, attrs }: AttributedJudgement): Attributes {
  const step = stepOf(trial);
  const key = keyOf(step);
  const stored = trial.systemAttrs[key];
  const others = isObject(stored) ? (stored as Attributes) : {};
  const earlier = keptIn(others[step]);
  const isToPrune = prune || earlier?.prune === true;
  const kept = { attrs: { ...earlier?.attrs, ...attrs }, ...(isToPrune && { prune: true }) };
  return { ...attrs, [key]: { ...others, [step]: kept } };
}

/**
 * Whether the trial was judged hopeless after its last report, by a judgement with attributes. A pruner that judges
 * each report once would not do it again for a trial that was interrupted before it could end.
 */
export function isJudgedHopeless(trial: FrozenTrial): boolean {
  const step = stepOf(trial);
  const stored = trial.systemAttrs[keyOf(step)];
  return isObject(stored) && keptIn((stored as Attributes)[step])?.prune === true;
}

/**
 * The attributes that change when the reports after a step are dropped: those of later judgements become what they were
 * before, or null where there was none.
 * @param keepTo the last step that is kept; null for none.
 */
export function undoneJudgements({ systemAttrs }: Pick<FrozenTrial, 'systemAttrs'>, keepTo: number | null): Attributes {
  const changed: Record<string, JsonValue> = {};
  const values = new Map<string, JsonValue>();
  const left: [step: number, attrs: Attributes][] = [];
  for (const [key, stored] of Object.entries(systemAttrs)) {
    if (!key.startsWith(PREFIX) || !isObject(stored)) continue;
    const all = Object.entries(stored as Attributes);
    const kept = all.filter(([step]) => keepTo !== null && Number(step) <= keepTo);
    if (kept.length < all.length) changed[key] = kept.length === 0 ? null : Object.fromEntries(kept);
    for (const [, judged] of all) for (const name of Object.keys(keptIn(judged)?.attrs ?? {})) values.set(name, null);
    for (const [step, judged] of kept) left.push([Number(step), keptIn(judged)?.attrs ?? {}]);
  }
  if (Object.keys(changed).length === 0) return {};
  for (const [, attrs] of left.sort(([a], [b]) => a - b)) {
    for (const [name, value] of Object.entries(attrs)) values.set(name, value);
  }
  return { ...changed, ...Object.fromEntries(values) };
}

function stepOf(trial: FrozenTrial): number {
  return lastStep(trial) ?? NO_STEP;
}

function keyOf(step: number): string {
  return `${PREFIX}${Math.floor(step / STEPS_TOGETHER)}`;
}

/** A stored judgement; undefined for anything else, which another program may have stored. */
function keptIn(stored: JsonValue | undefined): Kept | undefined {
  return isObject(stored) && isObject(stored.attrs) ? (stored as Kept) : undefined;
}
