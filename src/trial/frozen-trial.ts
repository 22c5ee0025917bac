import type { JsonValue } from '../base/json.ts';
import type { Distribution, ParamValue } from '../space/distribution.ts';

/**
 * The state of a trial, by Optuna's names. WAITING: to be run (enqueued, or taken back from a dead run). RUNNING: a
 * process runs it. COMPLETE, PRUNED and FAIL are finished and never change again.
 */
export type TrialState = 'WAITING' | 'RUNNING' | 'COMPLETE' | 'PRUNED' | 'FAIL';

/** The states of a finished trial. */
export type FinishedState = Extract<TrialState, 'COMPLETE' | 'PRUNED' | 'FAIL'>;

/** Attributes by key: the user's own, or those that a framework keeps for itself. */
export type Attributes = Readonly<Record<string, JsonValue>>;

/** A trial as it is known at one moment, immutable. */
export interface FrozenTrial {
  /** The id of the row in the database, unique over all its studies. */
  readonly id: number;
  /** 0, 1, 2, … in its study, in the order of creation. */
  readonly number: number;
  readonly state: TrialState;
  /** The parameters suggested so far, flat, in the order they were suggested. */
  readonly params: Readonly<Record<string, ParamValue>>;
  /** The distribution that each of {@link params} was drawn from. */
  readonly distributions: Readonly<Record<string, Distribution>>;
  /**
   * One value for each direction of the study, never NaN; null until there are values. A PRUNED trial may have them.
   */
  readonly values: readonly number[] | null;
  /** The reported values by step, in ascending steps. May hold NaN and infinities. */
  readonly intermediateValues: ReadonlyMap<number, number>;
  /** The attributes that the user has stored with the trial. */
  readonly userAttrs: Attributes;
  /** The attributes that hpo and other frameworks keep with the trial; ours begin with `hpo:`. */
  readonly systemAttrs: Attributes;
  /** The time at which it was last set running; null while WAITING. */
  readonly startedAt: Date | null;
  /** The time at which it was finished; null before. */
  readonly completedAt: Date | null;
  /**
   * The stored parts that cannot be read, each in a few words with the reason; left out where there are none. They are
   * missing in the other fields; a trial whose state or values are among them has failed.
   */
  readonly unreadable?: readonly string[];
}

/** Whether a trial in this state will never change again. */
export function isFinished(state: TrialState): state is FinishedState {
  return state === 'COMPLETE' || state === 'PRUNED' || state === 'FAIL';
}

/** Whether a trial ended with a result: COMPLETE, or PRUNED with the values that it had reported. */
export function hasResult({ state }: FrozenTrial): boolean {
  return state === 'COMPLETE' || state === 'PRUNED';
}

/** The largest step that a trial reported, or undefined where it reported none. */
export function lastStep(trial: FrozenTrial): number | undefined {
  let last: number | undefined;
  for (const step of trial.intermediateValues.keys()) if (last === undefined || step > last) last = step;
  return last;
}
