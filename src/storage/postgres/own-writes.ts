import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { isFinished } from '../../trial/frozen-trial.ts';

/** The transactions of a server that write, as of one moment. They are numbered in the order in which they begin to. */
export interface Snapshot {
  /** The number of the next one. */
  readonly next: number;
  /** Whether all before have ended. */
  readonly isQuiet: boolean;
}

/** A snapshot from PostgreSQL's text: `95:102:97,99`, the oldest running one, the next one, and those that run. */
export function parseSnapshot(text: string): Snapshot {
  const [, next, running = ''] = text.split(':');
  return { next: Number(next), isQuiet: running === '' };
}

/** A trial as it is after some transactions. */
interface KnownTrial {
  readonly studyId: number;
  trial: FrozenTrial;
  /** All transactions before this one are in it. */
  readonly asOf: number;
  /** The last of our writes that is in it. */
  last: number;
}

/** The number of last writes, and of trials, that are remembered at least. */
const REMEMBERED = 1024;

/**
 * The writes of a storage to trials, by the numbers of their transactions, and the trials as these writes have left
 * them. Where no other transaction has written anything, they show what has changed, and the database need not be read.
 */
export class OwnWrites {
  /** By id. */
  readonly #trials = new Map<number, KnownTrial>();
  /** The RUNNING trials that were started here, by id, and the last of our writes that is in each. */
  readonly #started = new Map<number, Pick<KnownTrial, 'trial' | 'last'>>();
  /** The trials that transactions have written to. */
  readonly #writes = new Map<number, readonly number[]>();

  /** Takes a trial that a transaction has added or started. */
  begin(transaction: number, studyId: number, trial: FrozenTrial): void {
    this.#trials.set(trial.id, { studyId, trial, asOf: transaction, last: transaction });
    if (trial.state === 'RUNNING') this.#started.set(trial.id, { trial, last: transaction });
    this.#note(transaction, [trial.id]);
  }

  /** Notes a transaction that has written to trials, after its commit. @param edit the change of each. */
  note(transaction: number, ids: readonly number[], edit: (trial: FrozenTrial) => FrozenTrial): void {
    for (const id of ids) {
      const known = this.#trials.get(id);
      if (known !== undefined && transaction >= known.asOf) {
        known.trial = edit(known.trial);
        known.last = Math.max(known.last, transaction);
      }
      const started = this.#started.get(id);
      if (started === undefined || transaction <= started.last) continue;
      const trial = edit(started.trial);
      if (trial.state === 'RUNNING') this.#started.set(id, { trial, last: transaction });
      else this.#started.delete(id);
    }
    this.#note(transaction, ids);
  }

  /**
   * A RUNNING trial that was started here, as our own writes have left it, and without what other programs have written
   * to it since the last look at it; undefined where it is not known.
   */
  started(id: number): FrozenTrial | undefined {
    return this.#started.get(id)?.trial;
  }

  /** Takes trials that were read as of a snapshot. */
  learn(studyId: number, trials: readonly FrozenTrial[], { next, isQuiet }: Snapshot): void {
    for (const trial of trials) {
      const isNewer = (this.#trials.get(trial.id)?.last ?? -1) >= next; // by a write since then
      this.#trials.delete(trial.id);
      const started = this.#started.get(trial.id);
      if (trial.state !== 'RUNNING') this.#started.delete(trial.id);
      else if (isQuiet && started !== undefined && started.last < next) {
        this.#started.set(trial.id, { trial, last: started.last });
      }
      if (isQuiet && !isNewer && !isFinished(trial.state)) {
        this.#trials.set(trial.id, { studyId, trial, asOf: next, last: -1 });
      }
    }
  }

  /**
   * The trials of a study that have changed from one snapshot to another, by number; undefined where others have written
   * meanwhile, or it is not known what was written.
   */
  between(studyId: number, from: Snapshot, to: Snapshot): readonly FrozenTrial[] | undefined {
    if (!from.isQuiet || !to.isQuiet || to.next - from.next > REMEMBERED) return undefined;
    const found = new Map<number, FrozenTrial>();
    for (let transaction = from.next; transaction < to.next; transaction++) {
      const ids = this.#writes.get(transaction);
      if (ids === undefined) return undefined;
      for (const id of ids) {
        const known = this.#trials.get(id);
        if (known === undefined) return undefined;
        if (known.studyId === studyId) found.set(id, known.trial);
      }
    }
    return [...found.values()].sort((a, b) => a.id - b.id);
  }

  /** Forgets the trials that were not started here, after a look that may have left out what they have reported. */
  forgetOthers(): void {
    for (const id of this.#trials.keys()) if (!this.#started.has(id)) this.#trials.delete(id);
  }

  /** Forgets all trials; the database must then be read. */
  forget(): void {
    this.#trials.clear();
    this.#started.clear();
  }

  #note(transaction: number, ids: readonly number[]): void {
    this.#writes.set(transaction, ids);
    prune(this.#writes);
    prune(this.#trials);
    prune(this.#started);
  }
}

/** Drops the older entries of a map that has grown. */
function prune(map: Map<number, unknown>): void {
  if (map.size <= 2 * REMEMBERED) return;
  let dropped = map.size - REMEMBERED;
  for (const key of map.keys()) {
    if (dropped-- === 0) return;
    map.delete(key);
  }
}
