import { statSync } from 'node:fs';
import { join } from 'node:path';
import { RecordedHistory } from '../history/recorded-history.ts';
import { bestTrials, Gathering, importancesOf } from '../report/gather.ts';
import type { ReportImportance, ReportTrial, Retrained } from '../report/report-data.ts';
import { readRetrained } from '../report/retrained.ts';
import { MOST_SHOWN, shownTrials } from '../report/shown-trials.ts';
import { resultsFolder } from '../runner/results.ts';
import { LEASE_KEY } from '../storage/lease.ts';
import type { Cursor, Storage, StudyRecord } from '../storage/storage.ts';
import { studyShape } from '../study/study-shape.ts';
import { type FrozenTrial, isFinished } from '../trial/frozen-trial.ts';
import type { LiveHead } from './live-data.ts';

/** The growth of the number of complete trials after which importances are computed anew. */
const STALE_AFTER = 1.05;

/** The changes that a look at a study has found. */
export interface StudyChanges {
  /** Whether trials have other places, or other names, than before: then all of them are to be shown anew. */
  readonly isAnew: boolean;
  /** The trials that are new or other than before, as a report has them. */
  readonly trials: readonly ReportTrial[];
}

/** A stored study as a report shows it, brought up to date by reading only what has changed. */
export class LiveStudy {
  readonly history: RecordedHistory;
  readonly #storage: Storage;
  readonly #gathering = new Gathering();
  /** The trials of the report by number, as they are now. */
  readonly #shown = new Map<number, ReportTrial>();
  /** The unfinished trials as text: a storage may give such trials although nothing of them has changed. */
  readonly #unfinished = new Map<number, string>();
  #record: StudyRecord;
  #cursor: Cursor | undefined;
  #every = 1;
  #names = '';
  #importances: readonly ReportImportance[] | undefined;
  /** The number of complete trials that the importances are of. */
  #importancesOf = 0;
  #retrained: Retrained | null = null;
  #retrainedAt: number | undefined;
  #readAt = new Date();
  #head: LiveHead | undefined;

  constructor(storage: Storage, record: StudyRecord) {
    this.#storage = storage;
    this.#record = record;
    this.history = new RecordedHistory(studyShape(record));
  }

  /** The study as it was last stored. */
  get record(): StudyRecord {
    return this.#record;
  }

  /** Reads what has changed. @param record the study as it is stored now. */
  async refresh(record: StudyRecord): Promise<StudyChanges> {
    this.#record = record;
    const { trials: read, cursor } = await this.#storage.changesSince(record, this.#cursor);
    this.#readAt = new Date();
    this.#cursor = cursor;
    const changed = read.filter((trial) => this.#isNews(trial));
    this.history.update(changed);
    this.#gathering.take(changed);
    this.#head = undefined;
    const names = JSON.stringify(this.#gathering.names);
    const hasOtherNames = names !== this.#names;
    this.#names = names;
    const every = Math.max(1, Math.ceil(this.history.trials.length / MOST_SHOWN));
    const hasOtherSelection = every !== this.#every;
    const isRetrainedAnew = this.#readRetrained();
    const isAnew = hasOtherNames || hasOtherSelection || isRetrainedAnew;
    return { isAnew, trials: isAnew ? this.#showAll() : this.#show(changed) };
  }

  /** All trials of the report by number. */
  get trials(): readonly ReportTrial[] {
    return [...this.#shown.values()].sort((a, b) => a.number - b.number);
  }

  get retrained(): Retrained | null {
    return this.#retrained;
  }

  /** The data of the report but for its trials. */
  head(): LiveHead {
    this.#head ??= this.#headNow();
    return this.#head;
  }

  #headNow(): LiveHead {
    const stored = { record: this.#record, trials: this.history.trials, storageLabel: this.#storage.label };
    const best = bestTrials(stored).map(({ number }) => number);
    const parts = { readAt: this.#readAt, every: this.#every, best, retrained: null };
    const { retrained: _, ...head } = this.#gathering.head(stored, parts);
    const complete = head.overview.counts.COMPLETE;
    const isStale = complete > this.#importancesOf && complete >= STALE_AFTER * this.#importancesOf;
    if (this.#importances === undefined || isStale) {
      this.#importances = importancesOf(stored, this.#gathering.params);
      this.#importancesOf = complete;
    }
    return { ...head, importances: this.#importances };
  }

  #isNews(trial: FrozenTrial): boolean {
    const { number, state } = trial;
    if (isFinished(state)) {
      this.#unfinished.delete(number);
      return true;
    }
    // The lease of a running trial is renewed all the time.
    const { [LEASE_KEY]: lease, ...systemAttrs } = trial.systemAttrs;
    const text = JSON.stringify([{ ...trial, systemAttrs }, ...trial.intermediateValues]);
    const isNews = text !== this.#unfinished.get(number);
    this.#unfinished.set(number, text);
    if (!isNews && lease !== undefined) this.history.update([trial]); // who watches the machines looks at it
    return isNews;
  }

  #showAll(): readonly ReportTrial[] {
    const { trials } = this.history;
    const stored = { record: this.#record, trials, storageLabel: this.#storage.label };
    const shown = shownTrials(trials, this.#record.directions, bestTrials(stored));
    this.#every = shown.every;
    this.#shown.clear();
    this.#importances = undefined; // they name parameters by their places
    return this.#take(shown.trials);
  }

  #show(changed: readonly FrozenTrial[]): readonly ReportTrial[] {
    if (this.#every === 1 || changed.length === 0) return this.#take(changed);
    const { trials } = this.history;
    const stored = { record: this.#record, trials, storageLabel: this.#storage.label };
    const shown = new Set(shownTrials(trials, this.#record.directions, bestTrials(stored)).trials);
    return this.#take(changed.filter((trial) => shown.has(trial)));
  }

  #take(trials: readonly FrozenTrial[]): readonly ReportTrial[] {
    return trials.map((trial) => {
      const made = this.#gathering.trial(trial);
      this.#shown.set(trial.number, made);
      return made;
    });
  }

  /** Reads the results of a retraining where its file is another than before. @returns whether it is. */
  #readRetrained(): boolean {
    const { name } = this.#record;
    const file = join(resultsFolder(name), 'retrain', 'metrics.json');
    const writtenAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
    if (writtenAt === this.#retrainedAt) return false;
    this.#retrainedAt = writtenAt;
    this.#retrained = readRetrained(name);
    return true;
  }
}
