import { HpoError } from '../base/errors.ts';
import { Mutex } from '../base/mutex.ts';
import type { Cursor, Storage, StudyRecord } from '../storage/storage.ts';
import { type FrozenTrial, settledCount } from '../trial/frozen-trial.ts';

/** A study's trials in memory, brought up to date by reading only what has changed. */
export class StoredHistory {
  readonly #storage: Storage;
  readonly #study: StudyRecord;
  readonly #trials: FrozenTrial[] = [];
  readonly #reading = new Mutex();
  #cursor: Cursor | undefined;
  #settled = 0;
  #revision = 0;

  constructor(storage: Storage, study: StudyRecord) {
    this.#storage = storage;
    this.#study = study;
  }

  /** As of the last {@link refresh}, by number. The same array every time: samplers keep caches by it. */
  get trials(): readonly FrozenTrial[] {
    return this.#trials;
  }

  /** So many of {@link trials}, from the first on, are finished. */
  get settled(): number {
    return this.#settled;
  }

  /** Another number after each {@link refresh} that has found a change. */
  get revision(): number {
    return this.#revision;
  }

  /** One of {@link trials}. @throws HpoError HPO_INVALID_ARGUMENT if there is no such trial. */
  trial(number: number): FrozenTrial {
    const trial = this.#trials[number];
    if (trial !== undefined) return trial;
    throw new HpoError('HPO_INVALID_ARGUMENT', `Study '${this.#study.name}' has no trial ${number}.`, {
      data: { number },
    });
  }

  /** Reads what has changed since the last time; everything that was written before the call is then seen. */
  refresh(): Promise<readonly FrozenTrial[]> {
    return this.#reading.run(async () => {
      const changes = await this.#storage.changesSince(this.#study.id, this.#cursor);
      for (const trial of changes.trials) this.#trials[trial.number] = trial;
      if (changes.trials.length > 0) this.#revision++;
      this.#cursor = changes.cursor;
      this.#settled = settledCount(this.#trials, this.#settled);
      return this.#trials;
    });
  }
}
