import { HpoError } from '../base/errors.ts';
import type { History } from '../history/history.ts';
import { RecordedHistory } from '../history/recorded-history.ts';
import type { SearchSpace } from '../space/search-space.ts';
import type { Changes, Cursor, Storage, StudyRecord } from '../storage/storage.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { studyShape } from './study-shape.ts';

/** The history of a stored study, kept in memory and brought up to date by reading only what has changed. */
export class StoredHistory {
  readonly #storage: Storage;
  readonly #study: StudyRecord;
  readonly #recorded: RecordedHistory;
  #reading: Promise<unknown> | undefined;
  /** The reading that begins after the present one, for all who ask meanwhile. */
  #nextReading: Promise<readonly FrozenTrial[]> | undefined;
  /** The ids of the RUNNING trials that were recorded here; undefined where the reports of all matter. */
  readonly #recordedHere: Set<number> | undefined;
  #cursor: Cursor | undefined;
  #revision = 0;

  /**
   * @param space the declared space; none for a study that is only looked at.
   * @param options.read all that was read of the study before.
   * @param options.reports `finished` where the reports of running trials do not matter, but for those of trials that
   *   are recorded by {@link record}; they may then be missing. Default `all`.
   */
  constructor(
    storage: Storage,
    study: StudyRecord,
    space?: SearchSpace,
    { read, reports = 'all' }: { readonly read?: Changes | undefined; readonly reports?: 'all' | 'finished' } = {},
  ) {
    this.#recordedHere = reports === 'finished' ? new Set() : undefined;
    this.#storage = storage;
    this.#study = study;
    this.#recorded = new RecordedHistory(studyShape(study, space));
    if (read !== undefined) this.#take(read);
  }

  /** The study as of the last {@link refresh}, for samplers, pruners and other readers; the same object always. */
  get history(): History {
    return this.#recorded;
  }

  /** The trials as of the last {@link refresh}, by number. */
  get trials(): readonly FrozenTrial[] {
    return this.#recorded.trials;
  }

  /** A number that changes with each {@link refresh} that has found a change. */
  get revision(): number {
    return this.#revision;
  }

  /** One of {@link trials}. @throws HpoError HPO_INVALID_ARGUMENT if there is no such trial. */
  trial(number: number): FrozenTrial {
    const trial = this.trials[number];
    if (trial !== undefined) return trial;
    throw new HpoError('HPO_INVALID_ARGUMENT', `Study '${this.#study.name}' has no trial ${number}.`, {
      data: { number },
    });
  }

  /** Reads all that has changed since the last time, including everything written before this call. */
  refresh(): Promise<readonly FrozenTrial[]> {
    if (this.#nextReading !== undefined) return this.#nextReading;
    if (this.#reading === undefined) return this.#begin();
    const begin = () => {
      this.#nextReading = undefined;
      return this.#begin();
    };
    this.#nextReading = this.#reading.then(begin, begin);
    return this.#nextReading;
  }

  /**
   * Takes one of the trials as this process has just written it, without a look at the others.
   * @returns false, with nothing taken, for a trial before which there are others that have not been read.
   */
  record(trial: FrozenTrial): boolean {
    if (trial.state === 'RUNNING') this.#recordedHere?.add(trial.id);
    if (trial.number > this.trials.length) return false;
    this.#recorded.update([trial]);
    this.#revision++;
    return true;
  }

  #begin(): Promise<readonly FrozenTrial[]> {
    const reading = this.#read();
    this.#reading = reading;
    return reading;
  }

  async #read(): Promise<readonly FrozenTrial[]> {
    try {
      const own = this.#recordedHere;
      const reading = own && { reportsOf: [...own] };
      this.#take(await this.#storage.changesSince(this.#study, this.#cursor, reading));
      return this.trials;
    } finally {
      this.#reading = undefined;
    }
  }

  #take({ trials, cursor }: Changes): void {
    for (const { id, state } of trials) if (state !== 'RUNNING') this.#recordedHere?.delete(id);
    this.#recorded.update(trials);
    if (trials.length > 0) this.#revision++;
    this.#cursor = cursor;
  }
}
