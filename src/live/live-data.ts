import type { ReportData, ReportHead, ReportImportance, ReportTrial } from '../report/report-data.ts';
import type { TrialState } from '../trial/frozen-trial.ts';

// What the server and its pages send each other: values of JSON (and NaN and the infinities).

/** The data that a page holds when it is opened. */
export interface PageData {
  /** The secret that each request shows. */
  readonly token: string;
  /** The name of the study that the page shows; null for the list of all. */
  readonly study: string | null;
  readonly storageLabel: string;
}

/** A note on a study or a trial, as Optuna's dashboard keeps it. */
export interface Note {
  /** The number of the trial; null for the study. */
  readonly trial: number | null;
  /** A number that grows with each change; 0 for a note that was never written. */
  readonly version: number;
  /** Markdown. */
  readonly body: string;
}

/** A worker process of the run, and the trial that it works on. */
export interface WorkerState {
  readonly id: number;
  readonly trial: number | null;
}

/** The run of one's own that a page can steer. */
export interface RunState {
  /** The number of finished trials wanted. */
  readonly target: number;
  readonly workers: readonly WorkerState[];
  readonly isPaused: boolean;
  readonly isRetraining: boolean;
  /** `drain`: running trials finish, and no other one starts; `abort`: they are handed back. */
  readonly stopping: 'drain' | 'abort' | null;
  /** The trials that are to be pruned when they next ask. */
  readonly toPrune: readonly number[];
  /** The progress of preparing or retraining, in words; null where there is none. */
  readonly progress: string | null;
  /** The newest lines of its log, each with its time in milliseconds since 1970. */
  readonly log: readonly (readonly [at: number, text: string])[];
}

/** A machine that runs a study. */
export interface MachineState {
  readonly name: string;
  /** The numbers of the trials that run there. */
  readonly running: readonly number[];
  readonly finished: number;
  /** The most trials that it runs at once; null where that is not known. */
  readonly workers: number | null;
  /** The worst state of its processes; null where it has none any more. */
  readonly state: string | null;
}

/** The part of a study's state that is not in a report. */
export interface Now {
  /** Null where the study runs elsewhere, or not at all: then it can only be watched. */
  readonly run: RunState | null;
  readonly machines: readonly MachineState[];
  /** The number of finished trials wanted; null where that is not known. */
  readonly target: number | null;
  readonly notes: readonly Note[];
}

/** A study in the list of all. */
export interface StudyRow {
  readonly name: string;
  readonly directions: readonly string[];
  readonly counts: Readonly<Record<TrialState, number>>;
  /** The best value of a study with one direction. */
  readonly best: number | null;
}

/** The head of a study's data, as it changes with its trials. */
export type LiveHead = Omit<ReportHead, 'retrained'> & { readonly importances: readonly ReportImportance[] };

/** The reason why a page does not show the newest state. */
export interface Trouble {
  /** `away`: the storage cannot be read for now; `gone`: there is no such study any more; `ended`: hpo has ended. */
  readonly kind: 'away' | 'gone' | 'ended';
  readonly text: string;
}

export type LiveMessage =
  | { readonly kind: 'studies'; readonly studies: readonly StudyRow[] }
  /** All of a study. */
  | { readonly kind: 'study'; readonly data: ReportData; readonly now: Now }
  /** What has changed: trials that are new or other than before, by number. */
  | { readonly kind: 'changes'; readonly head: LiveHead; readonly trials: readonly ReportTrial[]; readonly now: Now }
  /** Null where there is none any more. */
  | { readonly kind: 'trouble'; readonly trouble: Trouble | null };

/** An order to the run that a page gives. */
export type PageOrder =
  | { readonly type: 'prune'; readonly trial: number }
  | { readonly type: 'pause'; readonly paused: boolean }
  | { readonly type: 'target'; readonly target: number }
  | { readonly type: 'export' }
  /** The order of Ctrl-C: first gently, then at once. */
  | { readonly type: 'interrupt' };

/** A note that a page has changed: its version is one more than that of the note that the reader saw. */
export interface NoteEdit extends Note {
  readonly study: string;
}
