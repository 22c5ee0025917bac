import { type Clock, systemClock } from '../base/clock.ts';
import type { Storage, StudyRecord } from '../storage/storage.ts';
import { type Machines, MachineWatch, NO_MACHINES } from '../study/machine-watch.ts';
import type { RunEvent } from '../study/run-event.ts';
import { StoredHistory } from '../study/stored-history.ts';
import type { LiveRun } from './live-run.ts';
import { RunFollower } from './run-follower.ts';
import { StudyModel } from './study-model.ts';

/**
 * A study as its database has it now, with the run's own events if the run is ours. It reads changes in transactions
 * that are over before anything is drawn, and writes nothing.
 */
export class StudyFeed {
  readonly storageLabel: string;
  readonly #record: StudyRecord;
  readonly #history: StoredHistory;
  readonly #watch: MachineWatch;
  #machines = NO_MACHINES;
  #model: StudyModel;
  readonly #follower = new RunFollower();

  /**
   * @param storage an open storage, which its opener closes.
   * @param clock measures the time since the coordinators' last signs of life.
   */
  constructor(storage: Storage, record: StudyRecord, clock: Clock = systemClock) {
    this.storageLabel = storage.label;
    this.#record = record;
    this.#history = new StoredHistory(storage, record);
    this.#watch = new MachineWatch(clock);
    this.#model = new StudyModel(record, this.#history.history);
  }

  get model(): StudyModel {
    return this.#model;
  }

  /** The machines that run the study, as of the last {@link refresh}. */
  get machines(): Machines {
    return this.#machines;
  }

  /** Undefined where the study is run by another process, or not at all. */
  get run(): LiveRun | undefined {
    return this.#follower.run;
  }

  /** Takes an event of our own run. */
  take(event: RunEvent, at = new Date()): void {
    this.#follower.take(event, at);
  }

  /** Reads the changes. @returns whether there were any. */
  async refresh(): Promise<boolean> {
    const { revision } = this.#history;
    await this.#history.refresh();
    this.#machines = this.#watch.look(this.#history.history);
    if (this.#history.revision === revision) return false;
    this.#model = new StudyModel(this.#record, this.#history.history, this.#model);
    return true;
  }
}
