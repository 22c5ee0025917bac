import { type FrozenTrial, isFinished } from '../trial/frozen-trial.ts';
import type { History, HistoryReader, StudyShape } from './history.ts';

/** A reader's summary, and by number the trials that it has yet to take, each as it is now. */
interface Summary<T> {
  readonly value: T;
  readonly changed: Map<number, FrozenTrial>;
}

/** The {@link History} of a study whose changes the caller hands in, such as those read from a database. */
export class RecordedHistory implements History {
  readonly study: StudyShape;
  readonly whole: History;
  readonly #trials: FrozenTrial[] = [];
  readonly #summaries = new Map<HistoryReader<unknown>, Summary<unknown>>();
  readonly #parts = new Map<string, HistoryReader<RecordedHistory>>();

  /** @param whole the history that this one is a part of; default: none, it is that of all trials. */
  constructor(study: StudyShape, whole?: History) {
    this.study = study;
    this.whole = whole ?? this;
  }

  get trials(): readonly FrozenTrial[] {
    return this.#trials;
  }

  /** Records trials that are new or have changed, in any order. A trial that is known as finished stays as it is. */
  update(changed: readonly FrozenTrial[]): void {
    for (const trial of changed) {
      if (!this.#record(trial)) continue;
      for (const summary of this.#summaries.values()) summary.changed.set(trial.number, trial);
    }
  }

  /** Whether there is a trial of this number. */
  has(number: number): boolean {
    return this.#trials[this.#placeOf(number)]?.number === number;
  }

  summary<T>(reader: HistoryReader<T>): T {
    let summary = this.#summaries.get(reader) as Summary<T> | undefined;
    if (summary === undefined) {
      summary = { value: reader.start(this.study), changed: new Map() };
      for (const trial of this.#trials) reader.take(summary.value, trial);
      this.#summaries.set(reader, summary);
    }
    const { value, changed } = summary;
    for (const [number, trial] of changed) {
      reader.take(value, trial);
      changed.delete(number);
    }
    return value;
  }

  /** A part is a summary like any other: one that holds the trials that belong to it. */
  part(key: string, has: (trial: FrozenTrial) => boolean): History {
    let reader = this.#parts.get(key);
    if (reader === undefined) {
      reader = {
        start: (study) => new RecordedHistory(study, this.whole),
        take: (part, trial) => {
          if (part.has(trial.number) || has(trial)) part.update([trial]);
        },
      };
      this.#parts.set(key, reader);
    }
    return this.summary(reader);
  }

  /** @returns whether anything has changed. */
  #record(trial: FrozenTrial): boolean {
    const place = this.#placeOf(trial.number);
    const known = this.#trials[place];
    if (known?.number !== trial.number) {
      this.#trials.splice(place, 0, trial);
      return true;
    }
    if (known === trial || isFinished(known.state)) return false;
    this.#trials[place] = trial;
    return true;
  }

  /** The index at which the trial of this number stands, or would stand. */
  #placeOf(number: number): number {
    if (this.#trials[number]?.number === number) return number; // in a whole study
    let low = 0;
    let high = this.#trials.length;
    if (high > 0 && (this.#trials[high - 1] as FrozenTrial).number < number) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#trials[middle] as FrozenTrial).number < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
