import type { JsonValue } from '../base/json.ts';
import type { Distribution, ParamValue } from '../space/distribution.ts';
import type { Direction } from '../trial/direction.ts';
import type { Attributes, FinishedState, FrozenTrial, TrialState } from '../trial/frozen-trial.ts';

/** Whose attributes: the user's, or the framework's own (ours begin with `hpo:`). */
export type AttributeScope = 'user' | 'system';

/** A study as stored, immutable. */
export interface StudyRecord {
  readonly id: number;
  readonly name: string;
  readonly directions: readonly Direction[];
  readonly userAttrs: Attributes;
  readonly systemAttrs: Attributes;
}

/** What a study begins with. */
export interface StudyTemplate {
  /** 1 to 512 characters, unique in the storage. */
  readonly name: string;
  readonly directions: readonly Direction[];
  readonly userAttrs?: Attributes;
  readonly systemAttrs?: Attributes;
}

/** One suggested parameter. */
export interface SuggestedParam {
  readonly name: string;
  readonly value: ParamValue;
  readonly distribution: Distribution;
}

/**
 * What a trial begins with. What is left out is empty; `startedAt` and `completedAt` are now. A WAITING trial never has
 * either, and only finished ones have the second. COMPLETE needs `values`, PRUNED may have them, the others have none.
 */
export interface TrialTemplate {
  readonly state: TrialState;
  readonly params?: readonly SuggestedParam[];
  readonly values?: readonly number[];
  readonly intermediateValues?: ReadonlyMap<number, number>;
  readonly userAttrs?: Attributes;
  readonly systemAttrs?: Attributes;
  readonly startedAt?: Date;
  readonly completedAt?: Date;
}

/** How a trial goes back to WAITING. */
export interface Requeue {
  /** Reports after this step are dropped; all of them where it is null. */
  readonly keepReportsTo: number | null;
  /** System attributes to set; one that is null is removed. */
  readonly systemAttrs: Attributes;
  /** Requeue only while the trial's system attributes have these values. */
  readonly onlyIf?: Attributes;
}

/** Where a reader stands; only for handing back to {@link Storage.changesSince} of the same storage. */
export interface Cursor {
  readonly cursor: unique symbol;
}

/** What {@link Storage.changesSince} answers. */
export interface Changes {
  readonly cursor: Cursor;
  /** Every trial that is new or may have changed, as it is now, in the order of their numbers. */
  readonly trials: readonly FrozenTrial[];
}

/**
 * Keeps studies and their trials.
 *
 * **Who may write.** Any number of processes may use one storage at the same time, other programs among them. Whoever
 * set a trial RUNNING owns it and alone writes to it; the storage refuses writes to a trial that is not RUNNING (but
 * does not know who asks). Finished trials never change.
 *
 * **Atomic.** Each method is one transaction: when its promise is fulfilled all of it is stored and every later read,
 * by any process, sees it; when it is rejected nothing of it is. Methods that take several values exist so that what
 * belongs together is stored together.
 *
 * **Snapshots.** What is returned is frozen and does not follow later writes. Values come back as they were given:
 * NaN (not among the values of a trial) and the infinities included; only zero loses its sign (but not in
 * attributes), and times what is below a millisecond.
 *
 * **Order.** Trials of one study are numbered 0, 1, 2, … without gaps, in the order of creation, however many
 * processes create them at once.
 *
 * **Reading.** Reading, and opening a storage that is there already and right, write nothing to it.
 *
 * **Names** (of studies, parameters and attributes) have 1 to 512 characters, none of them NUL or half a surrogate pair;
 * others are refused as HPO_INVALID_ARGUMENT, as are values that do not fit a trial's state or its study's directions.
 *
 * **Errors.** HpoError HPO_STORAGE where the storage itself fails (no access, locked for too long, not a database),
 * HPO_DISK where the disk is full or fails; HPO_INVALID_ARGUMENT for ids that are not there; others are named at the methods.
 */
export interface Storage {
  /** What names it, to be shown and to be opened again: `sqlite:///studies.db`, `memory:`. */
  readonly url: string;

  /** @throws HpoError HPO_STUDY_EXISTS if the name is taken, HPO_INVALID_ARGUMENT for a name that cannot be stored. */
  createStudy(template: StudyTemplate): Promise<StudyRecord>;

  /** The study of this name, or undefined. */
  findStudy(name: string): Promise<StudyRecord | undefined>;

  /** All studies in the order of their creation. */
  listStudies(): Promise<readonly StudyRecord[]>;

  /** Removes a study with all that belongs to it. Deleting what is not there is an error. */
  deleteStudy(studyId: number): Promise<void>;

  /** Sets one attribute, replacing an earlier value. */
  setStudyAttr(studyId: number, scope: AttributeScope, key: string, value: JsonValue): Promise<void>;

  /**
   * Adds a trial under the study's next number.
   * @throws HpoError HPO_STUDY_DIFFERS if a parameter is incompatible with what the study has stored under its name
   *   (Optuna's rule: see `incompatibility` in `src/space`).
   */
  createTrial(studyId: number, template: TrialTemplate): Promise<FrozenTrial>;

  /**
   * Sets the WAITING trial with the smallest number RUNNING, started now, with these system attributes added, and
   * returns it; undefined where none waits. No trial is ever handed to two callers.
   */
  claimWaitingTrial(studyId: number, systemAttrs: Attributes): Promise<FrozenTrial | undefined>;

  /**
   * Adds suggested parameters to a RUNNING trial. A parameter that the trial has already is replaced.
   * @throws HpoError HPO_STUDY_DIFFERS as {@link createTrial}, HPO_TRIAL_STATE if the trial is not RUNNING.
   */
  setTrialParams(trialId: number, params: readonly SuggestedParam[]): Promise<void>;

  /**
   * Stores what a RUNNING trial reports at a step. The first report of a step counts: false if there was one already.
   * @throws HpoError HPO_TRIAL_STATE if the trial is not RUNNING.
   */
  setIntermediateValue(trialId: number, step: number, value: number): Promise<boolean>;

  /** Sets one attribute of a RUNNING trial, replacing an earlier value. @throws HpoError HPO_TRIAL_STATE. */
  setTrialAttr(trialId: number, scope: AttributeScope, key: string, value: JsonValue): Promise<void>;

  /**
   * Finishes a RUNNING trial, completed now.
   *
   * @param values one for each direction, none NaN; null for none (FAIL, or PRUNED without a value).
   * @param systemAttrs attributes to add, such as the reason of a failure.
   * @throws HpoError HPO_TRIAL_STATE if the trial is not RUNNING: then somebody else has finished or taken it.
   */
  finishTrial(
    trialId: number,
    state: FinishedState,
    values: readonly number[] | null,
    systemAttrs?: Attributes,
  ): Promise<void>;

  /**
   * Sets a RUNNING trial back to WAITING in the same row, with its number, parameters and attributes; not started
   * any more.
   *
   * @returns false, with nothing changed, if the trial is not RUNNING or has other system attributes than `onlyIf`
   *   names: then somebody else has taken it back or finished it in the meantime.
   */
  requeueTrial(trialId: number, requeue: Requeue): Promise<boolean>;

  /**
   * The trials of a study that are new or may have changed since `cursor` was given out, by any process; without a
   * cursor, all of them. Costs by what has changed, not by what is stored, so that reading after each trial stays cheap.
   */
  changesSince(studyId: number, cursor?: Cursor): Promise<Changes>;

  /** Closes files and connections. Further calls are errors; closing twice is not. */
  close(): Promise<void>;
}
