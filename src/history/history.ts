import type { ParamValue } from '../space/distribution.ts';
import type { DistributionMap } from '../space/distribution-map.ts';
import type { Direction } from '../trial/direction.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';

/** A study as it was declared. */
export interface StudyShape {
  readonly name: string;
  /** The direction of each objective; at least one. */
  readonly directions: readonly Direction[];
  /**
   * The declared parameters by the names they are stored under, those of all branches of a variant. Empty for a study
   * that declares none, whose objective asks for them as it runs.
   */
  readonly space: DistributionMap;
  /** Trials of earlier studies that samplers may learn from, the best one first; none by default. */
  readonly earlier?: readonly EarlierTrial[];
}

/** A trial of an earlier study. */
export interface EarlierTrial {
  /** Its parameters, of this study's or others. */
  readonly params: Readonly<Record<string, ParamValue>>;
  /** Its loss, comparable with those of other studies' trials: of each study they have mean 0 and deviation 1. */
  readonly loss: number;
}

/**
 * Sums the trials of a study up, in a form that is updated by the trials that have changed instead of being made anew.
 * A reader is a constant, or one for each sampler: a history keeps one summary for each reader.
 *
 * A summary must follow from the trials it has taken, in whatever order it took them: a study that is opened again
 * shows them by number.
 *
 * @typeParam T the summary, which {@link take} changes.
 * @example
 * const failures: HistoryReader<{ count: number }> = {
 *   start: () => ({ count: 0 }),
 *   take(summary, trial) {
 *     if (trial.state === 'FAIL') summary.count++;
 *   },
 * };
 * history.summary(failures).count;
 */
export interface HistoryReader<T> {
  /** The summary of a study without trials. */
  start(study: StudyShape): T;

  /**
   * Takes one trial into the summary. It is called once for each trial and, while the trial is unfinished, again after
   * the trial has changed (perhaps several times in between): a finished trial comes once as finished and never again.
   */
  take(summary: T, trial: FrozenTrial): void;
}

/**
 * The trials of a study, or of a part of it, as samplers and pruners read them. It is live: it grows with the study.
 */
export interface History {
  /** The study that the trials belong to. */
  readonly study: StudyShape;

  /**
   * The history that this one is a {@link part} of, at any depth: that of all trials of the study; itself where it is
   * that one. For rules that hold for the whole study, such as those that divide it.
   */
  readonly whole: History;

  /**
   * The trials by number, whatever process made them and whatever their state; in a whole study trial n stands at index
   * n. Always the same array.
   */
  readonly trials: readonly FrozenTrial[];

  /**
   * The reader's summary of all {@link trials}, kept as long as this history. Its cost depends on the number of trials
   * that have changed.
   */
  summary<T>(reader: HistoryReader<T>): T;

  /**
   * Some of the trials, such as those of one bracket, as a history with summaries of its own. Each call brings it up to
   * date; between calls it stays as it is.
   *
   * @param key names the part within this history: the same key gives the same part.
   * @param has whether a trial belongs to the part. It is called for each trial, and again after the trial has changed,
   *   until it returns true; a trial that is in stays in. The `has` of a key's first call decides.
   */
  part(key: string, has: (trial: FrozenTrial) => boolean): History;
}
