import { systemClock } from '../base/clock.ts';
import { HpoError } from '../base/errors.ts';
import type { LiveRun } from '../dashboard/live-run.ts';
import type { ReportTrial } from '../report/report-data.ts';
import type { Storage, StudyRecord } from '../storage/storage.ts';
import { isStudyGone } from '../storage/storage-errors.ts';
import { MachineWatch } from '../study/machine-watch.ts';
import { storedTarget } from '../study/study-target.ts';
import { Channel } from './channel.ts';
import type { LiveMessage, NoteEdit, Now } from './live-data.ts';
import { LiveStudy } from './live-study.ts';
import { notesOf, saveNote } from './notes.ts';
import { runState } from './run-state.ts';

/** A study to all pages that show it. */
export class StudyChannel extends Channel {
  readonly #name: string;
  readonly #runOf: (record: StudyRecord) => LiveRun | undefined;
  #watch = new MachineWatch(systemClock);
  #storage: Storage | undefined;
  #study: LiveStudy | undefined;
  #now = '';
  #head = '';

  /** @param runOf the run of one's own, if it runs this study. */
  constructor(name: string, runOf: (record: StudyRecord) => LiveRun | undefined) {
    super();
    this.#name = name;
    this.#runOf = runOf;
  }

  /** Whether there is no such study, or none any more. */
  get isGone(): boolean {
    return this.trouble?.kind === 'gone';
  }

  async refresh(storage: Storage): Promise<void> {
    if (this.isGone) return;
    const known = storage === this.#storage ? this.#study : undefined; // a storage that was opened anew is read anew
    const record = await this.#find(storage, this.#study?.record);
    if (record === undefined) return;
    this.#storage = storage;
    if (known === undefined) this.#watch = new MachineWatch(systemClock);
    this.#study = known ?? new LiveStudy(storage, record);
    try {
      const { isAnew, trials } = await this.#study.refresh(record);
      this.#publish(isAnew || known === undefined, trials);
    } catch (error) {
      if (!isStudyGone(error)) throw error;
      this.#leave(storage);
    }
  }

  /** Publishes the state of the run, which its events have changed. */
  refreshRun(): void {
    if (this.#study !== undefined && !this.isGone) this.#publish(false, []);
  }

  /** Stores a note that a page has changed. @throws HpoError HPO_INVALID_ARGUMENT for one that cannot be stored. */
  async edit(storage: Storage, edit: NoteEdit): Promise<void> {
    const record = await storage.findStudy(this.#study?.record.name ?? this.#name);
    if (record === undefined) throw new HpoError('HPO_INVALID_ARGUMENT', `There is no study '${this.#name}' any more.`);
    const trial = edit.trial === null ? undefined : await storage.trial(record, edit.trial);
    if (edit.trial !== null && trial === undefined) {
      throw new HpoError('HPO_INVALID_ARGUMENT', `There is no trial ${edit.trial}.`);
    }
    await saveNote(storage, record, trial, edit);
  }

  protected whole(): LiveMessage | undefined {
    const study = this.#study;
    if (study === undefined) return undefined;
    const data = { ...study.head(), retrained: study.retrained, trials: study.trials };
    return { kind: 'study', data, now: this.#stateOf(study) };
  }

  #publish(isAnew: boolean, trials: readonly ReportTrial[]): void {
    const study = this.#study as LiveStudy;
    const now = this.#stateOf(study);
    const text = JSON.stringify(now);
    const { name, systemAttrs, userAttrs } = study.record;
    const head = JSON.stringify([name, systemAttrs, userAttrs]);
    const isOther = text !== this.#now || head !== this.#head;
    this.#now = text;
    this.#head = head;
    if (isAnew) this.publish(undefined);
    else if (isOther || trials.length > 0) this.publish({ kind: 'changes', head: study.head(), trials, now });
  }

  #stateOf(study: LiveStudy): Now {
    const { record, history } = study;
    const { trials } = history;
    const run = this.#runOf(record);
    const { all } = this.#watch.look(history);
    return {
      run: run === undefined ? null : runState(run),
      machines: all.map(({ name, running, finished, workers, state }) => {
        return { name, running, finished, workers: workers ?? null, state: state ?? null };
      }),
      target: run?.target ?? storedTarget(record)?.trials ?? null,
      notes: notesOf(record, (trialId) => trials.find(({ id }) => id === trialId)?.number),
    };
  }

  /** The study as it is stored now, under whatever name; undefined where it is gone. */
  async #find(storage: Storage, known: StudyRecord | undefined): Promise<StudyRecord | undefined> {
    const named = await storage.findStudy(known?.name ?? this.#name);
    if (named !== undefined && (known === undefined || isSame(named, known))) return named;
    const found = known && (await storage.listStudies()).find((each) => isSame(each, known));
    if (found === undefined) this.#leave(storage);
    return found;
  }

  #leave({ label }: Storage): void {
    const { name } = this.#study?.record ?? { name: this.#name };
    const text =
      this.#study === undefined
        ? `There is no study '${name}' in ${label}.`
        : `The study '${name}' was deleted from ${label}. This is what was last seen of it.`;
    this.setTrouble({ kind: 'gone', text });
  }
}

/** Whether two records are of one study. One of Optuna's gets its token when a run of ours joins it. */
function isSame(one: StudyRecord, other: StudyRecord): boolean {
  return one.id === other.id && (other.token === undefined || one.token === other.token);
}
