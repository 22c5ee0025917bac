import type { JsonValue } from '../base/json.ts';
import type { History, StudyShape } from '../history/history.ts';
import type { Attributes, FrozenTrial } from '../trial/frozen-trial.ts';

/** Whether to stop a trial, and perhaps system attributes to store with it, each of which replaces its former value. */
export type Judgement = boolean | { readonly prune: boolean; readonly attrs?: Attributes };

/**
 * Decides whether a running trial is hopeless, whenever the objective calls `trial.shouldPrune()`.
 *
 * A pruner keeps nothing between calls but summaries of the history ({@link History.summary}) and the attributes that
 * it stores, so that any process judges a trial alike. It may take its time; other trials go on meanwhile and the
 * history with them, so it must read the history before its first `await`.
 */
export interface Pruner {
  /** Its name in listings, for example `median`. */
  readonly name: string;

  /**
   * The options that it was made with. Those of a pruner that divides the trials ({@link peers}) are stored with the
   * study, so that `hpo replay` can tell whether its sampler saw the same trials. Default: none.
   */
  readonly options?: JsonValue;

  /**
   * Whether it uses what other trials have reported only once these are finished. Where the sampler and the pruner do,
   * coordinators do not read what each other's running trials report, and it may be missing from the history. Default
   * false.
   */
  readonly ignoresRunningReports?: boolean;

  /**
   * Refuses studies that it is not made for. It is called when a study is declared and when it is opened.
   * @throws HpoError HPO_INVALID_STUDY, or any other error, with a message that says what to change.
   */
  checkStudy?(study: StudyShape): void;

  /**
   * The trials that this one competes with, such as its bracket, as a part of the history: the only ones that
   * {@link judge} sees and that the sampler learns from for this trial, unless it needs all. Default: all.
   */
  peers?(history: History, trial: { readonly number: number }): History;

  /** Judges a trial by its reports so far and by the other trials. */
  judge(history: History, trial: FrozenTrial): Judgement | Promise<Judgement>;
}

/** The trials of a history that a trial competes with: all, unless the pruner divides them. */
export function peersOf(trial: { readonly number: number }, history: History, pruner: Pruner): History {
  return pruner.peers?.(history, trial) ?? history;
}
