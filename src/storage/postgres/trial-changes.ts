import { NONE_SEEN, type SeenTrials, seenWith, unfinishedOf } from '../optuna-rows/seen-trials.ts';
import type { Session } from './session.ts';
import { AT_ONCE, type Stamping, storedLease, type TrialHead, type TrialRows } from './trial-rows.ts';

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
   * The heads of the trials that are new or have changed since a position (undefined: since the beginning), by number,
   * and the position after them.
   */
  async since(
    session: Session,
    studyId: number,
    position: Position = START,
  ): Promise<{ readonly heads: readonly TrialHead[]; readonly position: Position }> {
    const { heads, seen } = await this.catchUp(session, studyId, position.seen, 'stamped');
    const changed = heads.filter(([id, , , , , , stamp]) => stamp === null || position.stamps.get(id) !== stamp);
    if (changed.length === 0) return { heads: changed, position };
    const stamps = new Map(heads.flatMap(([id, , , , , , stamp]) => (stamp === null ? [] : [[id, stamp]])));
    return { heads: changed, position: { seen, stamps } };
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
    const unfinished = [...before.unfinished.keys()].sort((a, b) => a - b);
    const [known, first] = await Promise.all([
      this.#trials.heads(session, unfinished, how),
      this.#trials.newHeads(session, studyId, before, how),
    ]);
    const heads = [...known, ...first];
    let seen = seenWith(before, heads.map(seenTrial));
    for (let fresh = first; fresh.length >= AT_ONCE - 1; ) {
      fresh = await this.#trials.newHeads(session, studyId, seen, how);
      for (const head of fresh) heads.push(head);
      seen = seenWith(seen, fresh.map(seenTrial));
    }
    return { heads, seen };
  }
}

function seenTrial([id, , state, , , lease]: TrialHead) {
  return { id, unfinished: unfinishedOf(state, storedLease(lease) !== undefined) };
}
