import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { NONE_SEEN, type SeenTrials, seenWith, unfinishedOf } from '../optuna-rows/seen-trials.ts';
import type { Session } from './session.ts';
import { AT_ONCE, FEW, type Stamping, storedLease, type TrialHead, type TrialRows } from './trial-rows.ts';

/** The part of a study's trials that a reader has seen, immutable. */
export interface Position {
  readonly seen: SeenTrials;
  /** The stamps of the trials that were not finished. */
  readonly stamps: ReadonlyMap<number, string>;
}

const START: Position = { seen: NONE_SEEN, stamps: new Map() };

/** Finds the trials that are new or have changed. To be used within a transaction, for a study that exists. */
export class TrialChanges {
  readonly #trials: TrialRows;

  constructor(trials: TrialRows) {
    this.#trials = trials;
  }

  /**
   * The trials that are new or have changed since a position (undefined: since the beginning), by number, and the
   * position after them; the same position where there are none. Few trials are read in one round trip.
   *
   * @param directions the number of the study's directions.
   */
  async since(
    session: Session,
    studyId: number,
    position: Position = START,
    directions: Promise<number>,
  ): Promise<{ readonly trials: readonly FrozenTrial[]; readonly position: Position }> {
    const { lastId, unfinished } = position.seen;
    const isFew = lastId > 0 && unfinished.size <= FEW;
    const caughtUp = this.catchUp(session, studyId, position.seen, 'stamped');
    const ahead = isFew ? this.#trials.partsAhead(session, [...unfinished.keys()], studyId, lastId) : undefined;
    const [{ heads, seen }, parts, count] = await Promise.all([caughtUp, ahead, directions]);
    const changed = heads.filter(([id, , , , , , stamp]) => stamp === null || position.stamps.get(id) !== stamp);
    if (changed.length === 0) return { trials: [], position };
    const stamps = new Map(heads.flatMap(([id, , , , , , stamp]) => (stamp === null ? [] : [[id, stamp]])));
    const isAllRead = parts !== undefined && seen.count - position.seen.count <= FEW;
    const trials = isAllRead
      ? this.#trials.join(changed, parts, count)
      : await this.#trials.read(session, changed, count);
    return { trials, position: { seen, stamps } };
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
    for (let last = fresh; last.length >= AT_ONCE - 1; ) {
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
