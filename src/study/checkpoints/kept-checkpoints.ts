import { isObject } from '../../base/is-object.ts';
import type { JsonValue } from '../../base/json.ts';
import { isWholeNumber } from '../../base/option-checks.ts';
import { ownValue } from '../../base/own-value.ts';
import type { Attributes, FrozenTrial } from '../../trial/frozen-trial.ts';
import { CHECKPOINTS_KEY, CONTINUES_KEY } from '../study-keys.ts';

/** One checkpoint of a trial, by the attempt that wrote it. */
export interface StepMark {
  readonly step: number;
  /** The trial in whose folder it stands: another one where a trial continues it. */
  readonly trial: number;
  readonly attempt: number;
  /**
   * A random word for the process that holds the attempt: of two copies of a database, each may have an attempt of this
   * number. Undefined where no process of hpo's holds the trial, and in marks that do not name it.
   */
  readonly writer?: string | undefined;
}

/** The checkpoints that a trial has. */
export interface KeptCheckpoints {
  readonly last: StepMark;
  readonly best?: StepMark | undefined;
  /** Earlier ones, for a database that has lost its last moments in a power loss, or a last one that is damaged. */
  readonly spares?: readonly StepMark[] | undefined;
}

/** The checkpoints of a trial as its system attribute `hpo:checkpoints` names them. */
export interface StoredCheckpoints extends KeptCheckpoints {
  /** The trial's folder where they were written; for people, since only folders of one's own are ever used. */
  readonly place: string;
  /** Whether they stay when the trial is finished. */
  readonly isToStay: boolean;
}

/**
 * The system attribute that names a trial's checkpoints: `{ place, last: 5, best: 3, written: { 5: { trial, attempt,
 * writer }, 3: … } }`, with `keep: true` for those that stay. Other steps among `written` are spares.
 */
export function checkpointsAttr({ place, last, best, spares = [], isToStay }: StoredCheckpoints): Attributes {
  const marks = namedMarks({ last, best, spares }).map(({ step, trial, attempt, writer }) => [
    step,
    { trial, attempt, ...(writer !== undefined && { writer }) },
  ]);
  const written = Object.fromEntries(marks);
  const steps = { last: last.step, ...(best && { best: best.step }) };
  return { [CHECKPOINTS_KEY]: { place, ...steps, written, ...(isToStay && { keep: true }) } };
}

/**
 * The checkpoints that a trial's attributes name; undefined where there are none, or they cannot be read. Those of
 * another trial belong to a trial that continues it alone.
 */
export function storedCheckpoints({
  number,
  systemAttrs,
}: Pick<FrozenTrial, 'number' | 'systemAttrs'>): StoredCheckpoints | undefined {
  const stored = systemAttrs[CHECKPOINTS_KEY];
  if (!isObject(stored)) return undefined;
  const { place, written, keep } = stored;
  const markOf = (step: unknown): StepMark | undefined => {
    if (!isWholeNumber(step, 0) || !isObject(written)) return undefined;
    const by = ownValue(written, String(step));
    if (!isObject(by) || !isWholeNumber(by.trial, 0) || !isWholeNumber(by.attempt, 1)) return undefined;
    if (by.trial !== number && continuedTrial({ systemAttrs }) === undefined) return undefined;
    const { trial, attempt, writer } = by;
    return { step, trial, attempt, ...(typeof writer === 'string' && { writer }) };
  };
  const [last, best] = [markOf(stored.last), markOf(stored.best)];
  if (last === undefined || typeof place !== 'string') return undefined;
  const steps = isObject(written) ? Object.keys(written).map(Number) : [];
  const spares = steps.flatMap((step) => (step < last.step && step !== best?.step ? (markOf(step) ?? []) : []));
  return { place, last, ...(best && { best }), ...(spares.length > 0 && { spares }), isToStay: keep === true };
}

/** All checkpoints that a trial names, each once, the newest first. */
export function namedMarks({ last, best, spares = [] }: KeptCheckpoints): readonly StepMark[] {
  const marks = [last, best, ...spares].filter((mark) => mark !== undefined);
  const bySteps = new Map(marks.map((mark) => [mark.step, mark]));
  return [...bySteps.values()].sort((a, b) => b.step - a.step);
}

/** Whether a trial's attributes name checkpoints, readable or not. */
export function hasCheckpoints({ systemAttrs }: Pick<FrozenTrial, 'systemAttrs'>): boolean {
  return (systemAttrs[CHECKPOINTS_KEY] ?? null) !== null;
}

/** The last step whose reports a trial keeps when it is interrupted: that of its last checkpoint; null for none. */
export function keptReportsTo(trial: Pick<FrozenTrial, 'number' | 'systemAttrs'>): number | null {
  return storedCheckpoints(trial)?.last.step ?? null;
}

/** The number of the trial that a trial continues; undefined for a trial of its own. */
export function continuedTrial({ systemAttrs }: Pick<FrozenTrial, 'systemAttrs'>): number | undefined {
  const stored: JsonValue | undefined = systemAttrs[CONTINUES_KEY];
  return isWholeNumber(stored, 0) ? stored : undefined;
}
