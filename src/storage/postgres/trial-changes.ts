import { isDeepStrictEqual } from 'node:util';
import { type FrozenTrial, isFinished } from '../../trial/frozen-trial.ts';
import { holderOf } from '../lease.ts';
import { NONE_SEEN, type SeenTrials, seenWith, unfinishedOf } from '../optuna-rows/seen-trials.ts';
import type { Reading } from '../storage.ts';
import type { Snapshot } from './own-writes.ts';
import type { Session } from './session.ts';
import { AT_ONCE, FEW, type Stamping, storedLease, type TrialHead, type TrialRows } from './trial-rows.ts';

/** The part of a study's trials that a reader has seen, immutable. */
export interface Position {
  readonly seen: SeenTrials;
  /** The stamps of the trials that were not finished. */
  readonly stamps: ReadonlyMap<number, string>;
  /** In place of their stamps the trials that were not finished, as our own writes have left them. */
  readonly own: ReadonlyMap<number, FrozenTrial>;
  /** The time at which it was seen. */
  readonly snapshot: Snapshot;
}

const START: Position = { seen: NONE_SEEN, stamps: new Map(), own: new Map(), snapshot: { next: 0, isQuiet: false } };

/** The position of a reader who has seen these trials, too, as our own writes have left them. */
export function positionWith(before: Position, trials: readonly FrozenTrial[], snapshot: Snapshot): Position {
  const stamps = new Map(before.stamps);
  const own = new Map(before.own);
  for (const trial of trials) {
    stamps.delete(trial.id);
    if (isFinished(trial.state)) own.delete(trial.id);
    else own.set(trial.id, trial);
  }
  const seen = trials.map(({ id, state, systemAttrs }) => {
    return { id, unfinished: unfinishedOf(state, holderOf(systemAttrs) !== null) };
  });
  return { seen: seenWith(before.seen, seen), stamps, own, snapshot };
}

/** Finds the trials that are new or have changed. To be used within a transaction, for a study that exists. */
export class TrialChanges {
  readonly #trials: TrialRows;

  constructor(trials: TrialRows) {
    this.#trials = trials;
  }

  /**
   * The trials that are new or have changed since a position (undefined: since the beginning), by number, and the
   * position after them. Few trials are read in one round trip.
   *
   * @param directions the number of the study's directions.
   */
  async since(
    session: Session,
    studyId: number,
    position: Position = START,
    directions: Promise<number>,
    { reportsOf }: Reading = {},
  ): Promise<{ readonly trials: readonly FrozenTrial[]; readonly position: Position }> {
    const { lastId, unfinished } = position.seen;
    const isFew = lastId > 0 && unfinished.size <= FEW;
    const how = reportsOf === undefined ? 'stamped' : { reportsOf };
    const caughtUp = this.catchUp(session, studyId, position.seen, how);
    const ahead = isFew ? this.#trials.partsAhead(session, [...unfinished.keys()], studyId, lastId) : undefined;
    const [{ heads, seen }, parts, count, snapshot] = await Promise.all([
      caughtUp,
      ahead,
      directions,
      session.snapshot(),
    ]);
    const changed = heads.filter(([id, , , , , , stamp]) => stamp === null || position.stamps.get(id) !== stamp);
    if (changed.length === 0) return { trials: [], position: { ...position, snapshot } };
    const stamps = new Map(heads.flatMap(([id, , , , , , stamp]) => (stamp === null ? [] : [[id, stamp]])));
    const isAllRead = parts !== undefined && seen.count - position.seen.count <= FEW;
    const read = isAllRead
      ? this.#trials.join(changed, parts, count)
      : await this.#trials.read(session, changed, count);
    const trials = read.filter((trial) => !isDeepStrictEqual(trial, position.own.get(trial.id)));
    return { trials, position: { seen, stamps, own: new Map(), snapshot } };
  }

  /**
   * Reads the heads of the trials that were not finished, and of those that are new.
   * @returns them, by number, and the trials seen then.
   */
  async catchUp(
    session: Session,
    studyId: number,
    before: SeenTrials = NONE_SEEN,
    how: Stamping = 'plain',
  ): Promise<{ readonly heads: readonly TrialHead[]; readonly seen: SeenTrials }> {
    const { known, fresh } = await this.#trials.changeable(session, studyId, before, how);
    const heads = [...known, ...fresh];
    let seen = seenWith(before, heads.map(seenTrial));
    for (let last = fresh; last.length === AT_ONCE; ) {
      const others = { ...seen, unfinished: NONE_SEEN.unfinished };
      last = (await this.#trials.changeable(session, studyId, others, how)).fresh;
      for (const head of last) heads.push(head);
      seen = seenWith(seen, last.map(seenTrial));
    }
    return { heads, seen };
  }
}

function seenTrial([id, , state, , , lease]: TrialHead) {
  return { id, unfinished: unfinishedOf(state, storedLease(lease) !== undefined) };
}
