import type { Database, Statement } from 'better-sqlite3';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';

/** A trial as it is, and the study that it belongs to. */
export interface KnownTrial {
  readonly studyId: number;
  readonly trial: FrozenTrial;
}

/** The number of last writes that are remembered at least. */
const REMEMBERED = 1024;

/**
 * The writes of this connection to trials, and the trials as these writes have left them, which need not be read back.
 * The cache is valid until another connection commits anything; then it forgets all.
 */
export class WriteCache {
  readonly #readDataVersion: Statement<[], number>;
  readonly #trials = new Map<number, KnownTrial>();
  #dataVersion = Number.NaN;
  /** The trials written to, in the order of the writes. */
  #log: number[] = [];
  /** The number of writes before those in the log. */
  #before = 0;

  constructor(db: Database) {
    this.#readDataVersion = db.prepare<[], number>('PRAGMA data_version').pluck();
  }

  /** The number of writes so far. */
  get count(): number {
    return this.#before + this.#log.length;
  }

  /** SQLite's count of the commits of other connections. A call after such a commit forgets all trials. */
  dataVersion(): number {
    const dataVersion = this.#readDataVersion.get() as number;
    if (dataVersion !== this.#dataVersion) this.forget();
    this.#dataVersion = dataVersion;
    return dataVersion;
  }

  /** The trial as of the last {@link dataVersion}; undefined where it is not known. */
  trial(id: number): KnownTrial | undefined {
    return this.#trials.get(id);
  }

  /** Takes a trial that was read just before. */
  learn(known: KnownTrial): void {
    this.#trials.set(known.trial.id, known);
  }

  /**
   * Notes a write after its commit, with the trial as it is then; undefined where that is not known. The write's
   * transaction must have called {@link dataVersion}.
   */
  note(id: number, known: KnownTrial | undefined): void {
    if (known === undefined) this.#trials.delete(id);
    else this.#trials.set(id, known);
    this.#log.push(id);
    if (this.#log.length < 2 * REMEMBERED) return;
    this.#before += this.#log.length - REMEMBERED;
    this.#log = this.#log.slice(-REMEMBERED);
    const remembered = new Set(this.#log);
    for (const id of this.#trials.keys()) if (!remembered.has(id)) this.#trials.delete(id);
  }

  /** Forgets all trials. The database must then be read from every earlier position. */
  forget(): void {
    this.#trials.clear();
    this.#before = this.count + 1;
    this.#log = [];
  }

  /**
   * The trials of a study that have been written to after the first `count` writes, in the order of their ids;
   * undefined where the cache does not know them all.
   */
  since(studyId: number, count: number): readonly FrozenTrial[] | undefined {
    if (count < this.#before) return undefined;
    const ids: number[] = [];
    for (let at = count - this.#before; at < this.#log.length; at++) {
      const id = this.#log[at] as number;
      if (id !== ids.at(-1)) ids.push(id); // mostly one trial is written to several times
    }
    const trials: FrozenTrial[] = [];
    for (const id of ids.length < 2 ? ids : new Set(ids)) {
      const known = this.#trials.get(id);
      if (known === undefined) return undefined;
      if (known.studyId === studyId) trials.push(known.trial);
    }
    return trials.length < 2 ? trials : trials.sort((a, b) => a.id - b.id);
  }
}
