import type { ParamValue } from '../space/distribution.ts';
import type { Direction } from '../trial/direction.ts';
import type { TrialState } from '../trial/frozen-trial.ts';

// The data of a report, immutable and made of values of JSON (and NaN and the infinities), so that they enter a page as
// they are. There are lists in place of objects with names as keys, since any text may be a name, `__proto__` too.

export interface ReportData {
  readonly study: ReportStudy;
  /** Every parameter of the trials, in the order of first use. */
  readonly params: readonly ReportParam[];
  /** The names of the metrics that trials reported beside their intermediate values, in the order of first use. */
  readonly metrics: readonly string[];
  /** The hosts that ran trials, by name, as far as the trials' leases name them. */
  readonly machines: readonly string[];
  readonly overview: ReportOverview;
  /** The trials by number; an even selection of very many, as {@link ReportOverview.every} says. */
  readonly trials: readonly ReportTrial[];
  /** The numbers of the best trials: the best one, or with several directions the Pareto front. */
  readonly best: readonly number[];
  /** The importances of the parameters for each direction, and with several directions for their front, at the end. */
  readonly importances: readonly ReportImportance[];
  readonly retrained: Retrained | null;
  /** The time at which the study was read, in milliseconds since 1970. */
  readonly readAt: number;
}

/** The data of a report but for its trials and importances. */
export type ReportHead = Omit<ReportData, 'trials' | 'importances'>;

export interface ReportStudy {
  readonly name: string;
  readonly objectives: readonly Objective[];
  readonly storageLabel: string;
  /** Further facts about the study, by name and text: its seed, its settings, its attributes. */
  readonly facts: readonly Fact[];
  /** The version of hpo that made the report. */
  readonly version: string;
}

/** Figures about all trials of a study, including those that are not among the data. */
export interface ReportOverview {
  readonly counts: Readonly<Record<TrialState, number>>;
  /**
   * One trial in this many is among the data, besides the best and those that improved on all before them; 1 for all.
   */
  readonly every: number;
  /** The number of trials that have been started. */
  readonly started: number;
  /**
   * The time at which the first trial was started, and the last one ended, in milliseconds since 1970; null without
   * any.
   */
  readonly span: readonly [from: number, to: number] | null;
  /** The sum of the trials' times, in milliseconds. */
  readonly ranMs: number;
}

/** A value that the trials of a study have, one for each direction. */
export interface Objective {
  readonly name: string;
  readonly direction: Direction;
}

/** A name and its text. */
export type Fact = readonly [name: string, text: string];

/** A parameter over all trials. A trial's value of it is a number: the value itself, or the index of a choice. */
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
  /** One value for each direction; null where there are none. */
  readonly values: readonly number[] | null;
  /** Whether the trial meets its constraints. */
  readonly feasible: boolean;
  /** The values in the order of {@link ReportData.params}; null where the trial has no such parameter. */
  readonly params: readonly (number | null)[];
  /** The reports in ascending steps. */
  readonly reports: readonly Reported[];
  /** The reports of each of {@link ReportData.metrics}, in ascending steps. */
  readonly metrics: readonly (readonly Reported[])[];
  /** In milliseconds since 1970; null where it has not been started. */
  readonly startedAt: number | null;
  readonly completedAt: number | null;
  /** The machine that ran it last, by its index in {@link ReportData.machines}; null where that is not known. */
  readonly machine: number | null;
  readonly userAttrs: readonly Fact[];
  /** The reason why it failed; null where it did not. */
  readonly error: string | null;
}

/** The share of a parameter, and its likely interval. */
export type ReportShare = readonly [param: number, share: number, low: number, high: number];

export interface ReportImportance {
  /** The shares, the most important first; parameters by their index in {@link ReportData.params}. */
  readonly shares: readonly ReportShare[];
  /** The reason not to rely on the shares; null where there is none. */
  readonly doubt: string | null;
  /** The reason why there are no shares; null where there are. */
  readonly lacks: string | null;
}

/** The results of retraining the winner. */
export interface Retrained {
  /** The trial whose parameters were trained; null for a configuration from a file. */
  readonly trial: number | null;
  readonly elapsedMs: number | null;
  readonly settings: readonly Fact[];
  /** The figures that are numbers. */
  readonly metrics: readonly (readonly [name: string, value: number])[];
  readonly classes: readonly RecognisedClass[];
  /** Rows are the true classes, columns the predicted ones; empty if the study wrote none. */
  readonly confusion: readonly (readonly number[])[];
  /** The table of history.csv; null where the study wrote none. */
  readonly history: History | null;
  /** The images of its test as the model sees them; null where the study wrote none. */
  readonly insight: Insight | null;
}

/**
 * A model's predictions of images. Pictures are PNG files in base64; null where there is none, or they are left out.
 */
export interface Insight {
  readonly images: number;
  /** The classes, by number: how many images each has, and how many of these are recognised. */
  readonly classes: readonly { readonly name: string; readonly images: number; readonly right: number }[];
  readonly layout: Layout | null;
  /** The number of misclassified images. */
  readonly wrong: number;
  readonly mistakes: readonly Mistake[];
  readonly samples: readonly SampledClass[];
  /** The mean and the standard deviation of each colour channel, from 0 to 1. */
  readonly channels: readonly { readonly mean: number; readonly deviation: number }[];
  /** Images, and below them their channels. */
  readonly channelsPicture: string | null;
}

/** Images in the plane by a layer's features. */
export interface Layout {
  readonly layer: string;
  /** The number of features. */
  readonly width: number;
  /** The share of the images' ten nearest neighbours by their features that are neighbours in the plane. */
  readonly kept: number;
  readonly points: readonly PlacedImage[];
}

export type PlacedImage = readonly [x: number, y: number, label: number, predicted: number];

/** A misclassified image; classes by number, null for one that there is not. */
export interface Mistake {
  readonly label: number | null;
  readonly predicted: number | null;
  readonly confidence: number;
  readonly picture: string | null;
  /** The picture with the pixels that spoke for the wrong class. */
  readonly map: string | null;
}

/** Images of a class side by side. */
export interface SampledClass {
  readonly label: number;
  readonly picture: string;
}

/** The quality with which one class is recognised; a missing figure is NaN. */
export interface RecognisedClass {
  readonly name: string;
  readonly accuracy: number;
  readonly precision: number;
  readonly f1: number;
  readonly support: number;
}

/** A table of numbers; NaN where a cell is not a number. */
export interface History {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly number[])[];
}
