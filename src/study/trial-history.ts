import type { Cursor, Storage } from '../storage/storage.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { Mutex } from './mutex.ts';

/** A study's trials in memory, brought up to date by reading only what has changed. */
export class TrialHistory {
  readonly #storage: Storage;
  readonly #studyId: number;
  readonly #trials: FrozenTrial[] = [];
  readonly #reading = new Mutex();
  #cursor: Cursor | undefined;

  constructor(storage: Storage, studyId: number) {
    this.#storage = storage;
    this.#studyId = studyId;
  }

  /** As of the last {@link refresh}, by number. The same array every time: samplers keep caches by it. */
  get trials(): readonly FrozenTrial[] {
    return this.#trials;
  }

  /** Reads what has changed since the last time; everything that was written before the call is then seen. */
  refresh(): Promise<readonly FrozenTrial[]> {
    return this.#reading.run(async () => {
      const changes = await this.#storage.changesSince(this.#studyId, this.#cursor);
      for (const trial of changes.trials) this.#trials[trial.number] = trial;
      this.#cursor = changes.cursor;
      return this.#trials;
    });
  }
}
