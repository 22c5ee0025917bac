import type { TrialState } from '../../trial/frozen-trial.ts';

/** The part of a study's trials that a reader has seen, immutable. */
export interface SeenTrials {
  readonly lastId: number;
  /** The number of trials at that time. */
  readonly count: number;
  /** The trials that were not finished, by id; the others never change. */
  readonly unfinished: ReadonlyMap<number, Unfinished>;
}

/** The state of a trial that is not finished: it waits, runs under a lease (`held`), or runs under none. */
export type Unfinished = 'waiting' | 'held' | 'running';

/** A trial, as a reader has seen it. */
export interface SeenTrial {
  readonly id: number;
  /** Undefined for a finished trial. */
  readonly unfinished: Unfinished | undefined;
}

/** The trials of a reader who has seen none. */
export const NONE_SEEN: SeenTrials = { lastId: 0, count: 0, unfinished: new Map() };

/** The state of a trial for a reader; undefined for one that never changes. */
export function unfinishedOf(state: string, isHeld: boolean): Unfinished | undefined {
  switch (state as TrialState) {
    case 'WAITING':
      return 'waiting';
    case 'RUNNING':
      return isHeld ? 'held' : 'running';
    default:
      return undefined; // finished, or in an unknown state, which never changes
  }
}

/** The trials of a reader who has seen these, too, those that are new in ascending order of their ids. */
export function seenWith(seen: SeenTrials, trials: readonly SeenTrial[]): SeenTrials {
  let { lastId, count } = seen;
  let changed: Map<number, Unfinished> | undefined;
  for (const { id, unfinished } of trials) {
    if (id > lastId) {
      lastId = id;
      count++;
    }
    if ((changed ?? seen.unfinished).get(id) === unfinished) continue;
    changed ??= new Map(seen.unfinished);
    if (unfinished === undefined) changed.delete(id);
    else changed.set(id, unfinished);
  }
  return { lastId, count, unfinished: changed ?? seen.unfinished };
}

/** The number of trials that are finished, or RUNNING under a lease. */
export function takenCount({ count, unfinished }: SeenTrials): number {
  let taken = count;
  for (const state of unfinished.values()) if (state !== 'held') taken--;
  return taken;
}

/**
 * The id of the WAITING trial with the smallest number; undefined where there is none.
 * @param which.only the id of the one that is wanted; default: any.
 * @param which.except the ids of those that do not count.
 */
export function firstWaiting(
  { unfinished }: SeenTrials,
  { only, except = [] }: { readonly only?: number | undefined; readonly except?: readonly number[] | undefined },
): number | undefined {
  if (only !== undefined) return unfinished.get(only) === 'waiting' && !except.includes(only) ? only : undefined;
  let first: number | undefined;
  for (const [id, state] of unfinished) {
    if (state === 'waiting' && (first === undefined || id < first) && !except.includes(id)) first = id;
  }
  return first;
}
