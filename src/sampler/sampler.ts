import type { JsonValue } from '../base/json.ts';
import type { Rng } from '../base/rng.ts';
import type { History, StudyShape } from '../history/history.ts';
import type { Distribution, ParamValue } from '../space/distribution.ts';
import type { Attributes } from '../trial/frozen-trial.ts';

/** The trial that parameters are chosen for. */
export interface StartingTrial {
  readonly number: number;
  /**
   * The values that it has so far, by the stored names: those it was enqueued with, and in {@link Sampler.sample} those
   * chosen for it before, in an earlier attempt, too. They stay as they are, unless their distribution does not contain
   * them.
   */
  readonly params: Readonly<Record<string, ParamValue>>;
  /** The generator of one purpose in this trial. Each call for the same purpose starts it anew. */
  rng(purpose: string): Rng;
  /**
   * The generator of one purpose in the whole study: each call, for any of its trials, starts it anew. For what trials
   * share, such as the scrambling of a sequence of points.
   */
  studyRng(purpose: string): Rng;
}

/** The parameters that a sampler chose together when a trial started. */
export interface Draw {
  /**
   * Values by the stored names of their parameters. A parameter that is missing, or whose distribution does not contain
   * its value, is chosen alone by {@link Sampler.sample} when it is needed.
   */
  readonly params: ReadonlyMap<string, ParamValue>;
  /**
   * System attributes to store with the trial, such as the generation that it belongs to; later calls find them in the
   * history. An attribute that the trial has already, from an earlier attempt, stays as it is.
   */
  readonly attrs?: Attributes;
  /**
   * A sentence about the way the parameters were chosen, for people who watch the run; it is shown when it differs from
   * the one before. Default: none.
   */
  readonly note?: string;
}

/**
 * Chooses the parameters of trials.
 *
 * As in Optuna a trial is sampled in two moves. When it starts, the sampler chooses the parameters that are best chosen
 * together ({@link start}); every other one that the trial needs is then chosen alone ({@link sample}). The sampler is
 * never asked for parameters with a single value.
 *
 * **Deterministic.** A sampler draws from `trial.rng` alone and keeps nothing between calls but summaries of the
 * history ({@link History.summary}): the same study seed, trial number and history give the same parameters, in any
 * process. So a trial that is run again goes on as it began, and `hpo replay` can check a study. The history has the
 * trial itself, too, but what it has so far is in {@link StartingTrial} alone.
 *
 * **Asynchronous.** A sampler may take its time, for example with a fit in another thread; other trials go on meanwhile
 * and the history with them. So it must read the history before its first `await`.
 *
 * A sampler that throws fails only the trial that it was choosing for.
 */
export interface Sampler {
  /** Its name in listings, for example `tpe`. */
  readonly name: string;

  /**
   * The options that it was made with. They are stored with the study, so that `hpo replay` can tell whether a study
   * was run with the same ones. Default: none.
   */
  readonly options?: JsonValue;

  /**
   * Whether it sees the trials of all brackets where the pruner divides them, as one needs that tries nothing twice.
   * Default false: it learns from those of the trial's own bracket.
   */
  readonly seesAllTrials?: boolean;

  /** Whether it learns from {@link StudyShape.earlier}. Default false: studies with `transferFrom` refuse it. */
  readonly learnsFromEarlier?: boolean;

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
   * The number of trials that it can still start, such as the cells of a grid that are left; undefined for any number.
   * It is called before a trial is made. Default: any number.
   */
  remaining?(history: History): number | undefined;

  /**
   * Chooses parameters together, once for each trial and attempt; an empty map leaves all to {@link sample}. A further
   * attempt is started with the history and the parameters that the first one was started with, so that it comes to
   * the same draw, of which the parameters that the trial lacks are taken.
   */
  start(history: History, trial: StartingTrial): Draw | Promise<Draw>;

  /** Chooses one value of a distribution for one parameter. */
  sample(
    history: History,
    trial: StartingTrial,
    name: string,
    distribution: Distribution,
  ): ParamValue | Promise<ParamValue>;
}
