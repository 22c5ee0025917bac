import { join } from 'node:path';
import { fileProblem } from '../base/file-problem.ts';
import type { RunEvent } from '../study/run-event.ts';
import { EventFile } from './event-file.ts';
import { writeRetraining } from './retraining.ts';
import { scalar, sessionEnd, sessionStart } from './summaries.ts';

/** The options of {@link TensorBoard}. */
export interface TensorBoardOptions {
  /** The folder of all files. Default: `tb` in the study's folder of results. */
  readonly folder?: string | undefined;
  /** Receives the one line about a file that cannot be written. */
  readonly warn: (message: string) => void;
  /** The time in milliseconds since 1970. */
  readonly now?: () => number;
}

/** A trial that runs: its file, and the last step that it has reported. */
interface TrackedTrial {
  readonly file: EventFile;
  lastStep: number;
}

/**
 * Follows a run by files for TensorBoard: `trial-<n>/` for each trial, with its hyperparameters, its end, `value` and
 * the further figures of its reports by step, and `objective` for its result (`objective/0` and so on with several
 * directions); `retrain/` for the winner's retraining. A trial that goes on from a checkpoint has another file, which
 * takes back what the former ones have of later steps; one that begins anew replaces its files. In the plugin for
 * hyperparameters, failed trials are failures; pruned ones have ended well.
 *
 * A failure never reaches the run: there is one warning, and nothing more is written.
 */
export class TensorBoard {
  readonly #options: TensorBoardOptions;
  readonly #now: () => number;
  readonly #trials = new Map<number, TrackedTrial>();
  #study = '';
  #folder: string | undefined;
  #winner: Extract<RunEvent, { type: 'retrain-started' }> | undefined;
  #isBroken = false;

  constructor(options: TensorBoardOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#folder = options.folder;
  }

  handle(event: RunEvent): void {
    if (this.#isBroken) return;
    try {
      this.#follow(event);
    } catch (error) {
      this.#isBroken = true;
      const folder = this.#folder ?? '';
      this.#options.warn(
        `nothing more is written for TensorBoard: ${folder}: ${fileProblem(join(folder, 'events'), error)}`,
      );
      this.close();
    }
  }

  /** Closes the files of trials that still run. */
  close(): void {
    for (const trial of [...this.#trials.keys()]) this.#drop(trial);
  }

  #follow(event: RunEvent): void {
    switch (event.type) {
      case 'run-started':
        this.#study = event.study;
        this.#folder ??= join(event.folder, 'tb');
        break;
      case 'trial-started':
        this.#begin(event);
        break;
      case 'trial-reported':
        this.#report(event);
        break;
      case 'trial-finished':
        this.#finish(event);
        break;
      case 'trial-requeued':
      case 'trial-lost':
        this.#drop(event.trial);
        break;
      case 'retrain-started':
        this.#winner = event;
        break;
      case 'retrain-finished':
        this.#addRetraining(event);
        break;
      case 'run-finished':
        this.close();
    }
  }

  #begin({ trial, params, afterStep }: Extract<RunEvent, { type: 'trial-started' }>): void {
    this.#drop(trial);
    const file = new EventFile(join(this.#folder ?? '', `trial-${trial}`), afterStep, this.#now);
    this.#trials.set(trial, { file, lastStep: afterStep ?? 0 });
    file.add(0, [sessionStart(params, this.#now() / 1000)]);
  }

  #report({ trial, step, value, metrics = {} }: Extract<RunEvent, { type: 'trial-reported' }>): void {
    const tracked = this.#trials.get(trial);
    if (tracked === undefined) return;
    tracked.lastStep = step;
    const others = Object.entries(metrics).map(([name, figure]) => scalar(name, figure));
    tracked.file.add(step, [scalar('value', value), ...others]);
  }

  #finish({ trial, state, values }: Extract<RunEvent, { type: 'trial-finished' }>): void {
    const tracked = this.#trials.get(trial);
    if (tracked === undefined) return;
    const several = (values?.length ?? 0) > 1;
    const results = (values ?? []).map((value, at) => scalar(several ? `objective/${at}` : 'objective', value));
    tracked.file.add(tracked.lastStep, [...results, sessionEnd(state !== 'FAIL', this.#now() / 1000)]);
    this.#drop(trial);
  }

  #addRetraining({ folder }: Extract<RunEvent, { type: 'retrain-finished' }>): void {
    const file = new EventFile(join(this.#folder ?? '', 'retrain'), undefined, this.#now);
    try {
      file.add(0, [sessionStart(this.#winner?.params ?? {}, this.#now() / 1000)]);
      const last = writeRetraining(this.#study, folder, file);
      file.add(last, [sessionEnd(true, this.#now() / 1000)]);
    } finally {
      file.close();
    }
  }

  #drop(trial: number): void {
    this.#trials.get(trial)?.file.close();
    this.#trials.delete(trial);
  }
}
