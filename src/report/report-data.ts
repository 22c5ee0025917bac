import type { ParamValue } from '../space/distribution.ts';
import type { Direction } from '../trial/direction.ts';
import type { TrialState } from '../trial/frozen-trial.ts';

// The data of a report, immutable and made of values of JSON (and NaN and the infinities), so that they enter a page as
// they are. Lists stand where names would be keys: a name may be anything, `__proto__` too.

export interface ReportData {
  readonly study: ReportStudy;
  /** Every parameter that a trial has, in the order of their first use. */
  readonly params: readonly ReportParam[];
  /** The names of what trials reported beside their intermediate values, in the order of their first use. */
  readonly metrics: readonly string[];
  readonly overview: ReportOverview;
  /** By number; of very many an even selection, as {@link ReportOverview.every} says. */
  readonly trials: readonly ReportTrial[];
  /** The numbers of the best trials: of one direction the best one, of several the Pareto front. */
  readonly best: readonly number[];
  /** For each direction how much the parameters matter; of several directions one more at the end: for their front. */
  readonly importances: readonly ReportImportance[];
  readonly retrained: Retrained | null;
  /** When the study was read, in milliseconds since 1970. */
  readonly readAt: number;
}

export interface ReportStudy {
  readonly name: string;
  readonly objectives: readonly Objective[];
  readonly storageLabel: string;
  /** Further facts about it, by name and text: its seed, its settings, its attributes. */
  readonly facts: readonly Fact[];
  /** The version of hpo that made the report. */
  readonly version: string;
}

/** Figures of all trials of a study, whether they are among the data or not. */
export interface ReportOverview {
  readonly counts: Readonly<Record<TrialState, number>>;
  /**
   * One trial in this many is among the data, besides the best and those that improved on all before them; 1 for all.
   */
  readonly every: number;
  /** The number of trials that have been started. */
  readonly started: number;
  /** When the first was started and the last one ended, in milliseconds since 1970; null before the first. */
  readonly span: readonly [from: number, to: number] | null;
  /** The time that they ran, all together. */
  readonly ranMs: number;
}

/** One of the values that the trials of a study reach. */
export interface Objective {
  readonly name: string;
  readonly direction: Direction;
}

/** A name and what it stands for. */
export type Fact = readonly [name: string, text: string];

/** A parameter over all trials; a trial's value of it is a number: itself, or the index of a choice. */
export type ReportParam = NumberParam | ChoiceParam;

export interface NumberParam {
  readonly kind: 'number';
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
}

export interface ChoiceParam {
  readonly kind: 'choice';
  readonly name: string;
  readonly choices: readonly ParamValue[];
}

/** A number that was reported at a step. */
export type Reported = readonly [step: number, value: number];

export interface ReportTrial {
  readonly number: number;
  readonly state: TrialState;
  /** One for each direction. */
  readonly values: readonly number[] | null;
  /** Whether it meets its constraints. */
  readonly feasible: boolean;
  /** In the order of {@link ReportData.params}; null where the trial has no such parameter. */
  readonly params: readonly (number | null)[];
  /** In ascending steps. */
  readonly reports: readonly Reported[];
  /** For each of {@link ReportData.metrics} what was reported of it, in ascending steps. */
  readonly metrics: readonly (readonly Reported[])[];
  /** In milliseconds since 1970. */
  readonly startedAt: number | null;
  readonly completedAt: number | null;
  readonly userAttrs: readonly Fact[];
  /** Why it failed. */
  readonly error: string | null;
}

/** The share of a parameter, and the interval that it is likely in. */
export type ReportShare = readonly [param: number, share: number, low: number, high: number];

export interface ReportImportance {
  /** The most important first; parameters by their place in {@link ReportData.params}. */
  readonly shares: readonly ReportShare[];
  /** The reason not to rely on them; null for none. */
  readonly doubt: string | null;
  /** Why there are none. */
  readonly lacks: string | null;
}

/** The results of retraining the winner. */
export interface Retrained {
  /** The trial whose parameters were trained; null for a configuration from a file. */
  readonly trial: number | null;
  readonly elapsedMs: number | null;
  readonly settings: readonly Fact[];
  /** Its figures that are numbers. */
  readonly metrics: readonly (readonly [name: string, value: number])[];
  readonly classes: readonly RecognisedClass[];
  /** Rows are the true classes, columns the predicted ones; empty if the study wrote none. */
  readonly confusion: readonly (readonly number[])[];
  /** Its history.csv; null where it wrote none. */
  readonly history: History | null;
}

/** How well one class is recognised; a figure that is missing is NaN. */
export interface RecognisedClass {
  readonly name: string;
  readonly accuracy: number;
  readonly precision: number;
  readonly f1: number;
  readonly support: number;
}

/** A table of numbers, NaN where a cell is none. */
export interface History {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly number[])[];
}
