import { isDeepStrictEqual } from 'node:util';
import { type FrozenTrial, isFinished } from '../../trial/frozen-trial.ts';
import { holderOf } from '../lease.ts';
import { NONE_SEEN, type SeenTrials, seenWith, unfinishedOf } from '../optuna-rows/seen-trials.ts';
import type { Reading } from '../storage.ts';
import type { Snapshot } from './own-writes.ts';
import type { Session } from './session.ts';
import { AT_ONCE, type Stamping, storedLease, type TrialHead, type TrialRows } from './trial-rows.ts';

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
   * position after them.
   *
   * @param directions the number of the study's directions.
   */
  async since(
    session: Session,
    studyId: number,
    position: Position = START,
    directions: Promise<number>,
    { reportsOf }: Reading = {},
  ): Promise<Found> {
    const how = reportsOf === undefined ? 'stamped' : { reportsOf };
    const caughtUp = this.catchUp(session, studyId, position.seen, how);
    const [{ heads, seen }, count, snapshot] = await Promise.all([caughtUp, directions, session.snapshot()]);
    const changed = heads.filter(([id, , , , , , stamp]) => stamp === null || position.stamps.get(id) !== stamp);
    if (changed.length === 0) return { trials: [], position: { ...position, snapshot } };
    const read = await this.#trials.read(session, changed, count);
    return found(position, read, { seen, stamps: stampsWith(new Map(), heads), own: new Map(), snapshot });
  }

  /**
   * The same by statements of one batch, which the server answers at once.
   * @returns undefined where there is too much to read for that.
   */
  async sinceAtOnce(
    session: Session,
    studyId: number,
    position: Position,
    directions: Promise<number>,
    { reportsOf }: Reading = {},
  ): Promise<Found | undefined> {
    const how = reportsOf === undefined ? 'stamped' : { reportsOf };
    const [changed, count, snapshot] = await Promise.all([
      this.#trials.changed(session, studyId, position.seen, position.stamps, how),
      directions,
      session.snapshot(),
    ]);
    if (changed === undefined) return undefined;
    const { heads, trials } = changed;
    if (heads.length === 0) return { trials: [], position: { ...position, snapshot } };
    const seen = seenWith(position.seen, heads.map(seenTrial));
    const stamps = stampsWith(position.stamps, heads);
    return found(position, trials(heads, count), { seen, stamps, own: new Map(), snapshot });
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

/** What a reader finds. */
interface Found {
  readonly trials: readonly FrozenTrial[];
  readonly position: Position;
}

/** The trials that a reader at a position does not know as they are from its own writes. */
function found({ own }: Position, read: readonly FrozenTrial[], position: Position): Found {
  return { trials: read.filter((trial) => !isDeepStrictEqual(trial, own.get(trial.id))), position };
}

/** Stamps with those of heads. */
function stampsWith(stamps: ReadonlyMap<number, string>, heads: readonly TrialHead[]): ReadonlyMap<number, string> {
  const changed = new Map(stamps);
  for (const [id, , , , , , stamp] of heads) {
    if (stamp === null) changed.delete(id);
    else changed.set(id, stamp);
  }
  return changed;
}

function seenTrial([id, , state, , , lease]: TrialHead) {
  return { id, unfinished: unfinishedOf(state, storedLease(lease) !== undefined) };
}
