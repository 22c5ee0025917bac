import type { JsonValue } from '../base/json.ts';
import type { Distribution, ParamValue } from '../space/distribution.ts';
import type { Direction } from '../trial/direction.ts';
import type { Attributes, FinishedState, FrozenTrial, TrialState } from '../trial/frozen-trial.ts';
import type { Metrics } from '../trial/reported-metrics.ts';
import type { TrialKey } from '../trial/trial-key.ts';
import type { HeldLease, Holder, Lease } from './lease.ts';
import type { StudyRef } from './study-ref.ts';

/** The owner of attributes: the user, or the framework itself (our keys begin with `hpo:`). */
export type AttributeScope = 'user' | 'system';

/** A study as stored, immutable. */
export interface StudyRecord extends StudyRef {
  readonly directions: readonly Direction[];
  readonly userAttrs: Attributes;
  readonly systemAttrs: Attributes;
  /**
   * The stored parts that cannot be read, each in a few words with the reason; left out where there are none. They are
   * missing in the other fields. Nothing else of a study can be read if its directions are among them.
   */
  readonly unreadable?: readonly string[];
}

/** The content of a new study. */
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
 * The content of a new trial. Fields that are left out are empty; `startedAt` and `completedAt` are now. A WAITING
 * trial has neither time, and only finished trials have the second one. COMPLETE needs `values`, PRUNED may have them,
 * the other states have none.
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

/** The way a new trial is started. */
export interface TrialStart {
  /**
   * The coordinator that takes the trial; null for a trial that outlives its process and is finished by another one.
   */
  readonly holder: Holder | null;
  /** Further system attributes for a new trial; a WAITING one keeps those that it has. */
  readonly systemAttrs?: Attributes;
  /** Start none if the study has this many trials that are finished or RUNNING under any lease. */
  readonly atMost?: number;
  /** Make no new trial of this number or a greater one: of as many trials as the study has then; default: any number. */
  readonly newBelow?: number;
  /** Start this WAITING trial or none. */
  readonly trialId?: number;
  /** The ids of WAITING trials that are not to be started. */
  readonly except?: readonly number[];
}

/** The way a trial goes back to WAITING. Its lease ends, and its next attempt is counted. */
export interface Requeue {
  /** The last step whose reports are kept; later ones are dropped, with their metrics. Null drops all of them. */
  readonly keepReportsTo: number | null;
  /** System attributes to set; those that are null are removed. */
  readonly systemAttrs?: Attributes;
}

/** The position of a reader, only to be passed to {@link Storage.changesSince} of the same storage. */
export interface Cursor {
  readonly cursor: unique symbol;
}

/** The parts of trials that a reader uses. */
export interface Reading {
  /**
   * The ids of the RUNNING trials whose reports the reader uses. Those of other RUNNING trials, with their metrics, may
   * be left out, and what such a trial has merely reported is no change, until it is finished or waits. Default: it uses
   * those of all.
   */
  readonly reportsOf?: readonly number[];
}

/** The answer of {@link Storage.changesSince}. */
export interface Changes {
  readonly cursor: Cursor;
  /** Every trial that is new or may have changed, as it is now, in the order of their numbers. */
  readonly trials: readonly FrozenTrial[];
}

/** The choice and order of the trials that {@link Storage.page} gives. */
export interface PageRequest {
  /** The states of the trials that are given; default: all. */
  readonly states?: readonly TrialState[] | undefined;
  /**
   * The figure that orders them, as `compareKeys` does; of equal ones the smaller number first. Default: the number.
   */
  readonly order?: TrialKey | undefined;
  /** Whether the largest figure comes first; default false. */
  readonly descending?: boolean | undefined;
  /** The most trials of the page. */
  readonly limit: number;
  /** The id of the last trial of the page before, behind which this page begins. Default: the first page. */
  readonly after?: number | undefined;
}

/** A parameter as a study's trials have it. */
export interface StoredParameter {
  readonly name: string;
  /** The distributions that it was drawn from, each once; the newest trial's is last. */
  readonly distributions: readonly Distribution[];
}

/**
 * The names that occur in a study's trials, each list in the order of first use: by trial, and within a trial in its
 * order.
 */
export interface Inventory {
  readonly parameters: readonly StoredParameter[];
  readonly userAttrs: readonly string[];
  readonly systemAttrs: readonly string[];
  /** The steps at which trials reported, ascending. */
  readonly steps: readonly number[];
  /** Whether a trial has reported more than once. */
  readonly hasCurves: boolean;
}

/** The values that a trial reached. */
export interface TrialResult {
  readonly id: number;
  readonly number: number;
  /** One value for each direction. */
  readonly values: readonly number[];
}

/**
 * Keeps studies and their trials.
 *
 * **Who may write.** Any number of processes may use one storage at the same time, other programs among them. The
 * caller that starts a trial holds its lease, and writes to it by showing the lease: a write is refused as
 * HPO_LEASE_LOST if the trial stands under another lease by then, and as HPO_TRIAL_STATE if it is not RUNNING any more.
 * Finished trials never change.
 *
 * **Which study.** Methods take a study by its {@link StudyRef} and refuse it as HPO_STUDY_NOT_FOUND if it was deleted,
 * even if a later study has its row id or its name.
 *
 * **Atomic.** Each method is one transaction. When its promise is fulfilled, all of it is stored and every later read,
 * by any process, sees it; when it is rejected, nothing of it is stored. Methods that take several values exist so that
 * values that belong together are stored together.
 *
 * **Snapshots.** Results are frozen and do not follow later writes. Values come back as they were given, NaN (not among
 * the values of a trial) and the infinities included. Only zero loses its sign (but not in attributes), and times are
 * cut to milliseconds.
 *
 * **Order.** Trials of one study are numbered 0, 1, 2, … without gaps, in the order of creation, however many processes
 * create them at once.
 *
 * **The data of other programs** is read leniently: a part that cannot be read costs at most the trial or the study
 * that it belongs to, which names it. Such data is never written.
 *
 * **Reading.** Reading, and opening a storage that exists already and is right, write nothing to it.
 *
 * **Names** (of studies, parameters and attributes) have 1 to 512 characters, none of them NUL or half a surrogate
 * pair; others are refused as HPO_INVALID_ARGUMENT, as are values that do not fit a trial's state or its study's
 * directions.
 *
 * **Errors.** HpoError HPO_STORAGE where the storage itself fails (no access, locked for too long, not a database),
 * HPO_DISK where the disk is full or fails; others are named at the methods.
 */
export interface Storage {
  /**
   * The name of the storage for people, in events and in files, such as `sqlite:///studies.db`; never with a password.
   */
  readonly label: string;

  /**
   * Makes a study, with a token of its own. When several processes make one study at once, one makes it.
   * @param ifExists `load` returns the study that has the name already, as it is; default `fail`.
   * @throws HpoError HPO_STUDY_EXISTS if the name is taken, HPO_INVALID_ARGUMENT for a name that cannot be stored.
   */
  createStudy(template: StudyTemplate, ifExists?: 'fail' | 'load'): Promise<StudyRecord>;

  /** The study of this name, or undefined. @throws HpoError HPO_STORAGE if its directions cannot be read. */
  findStudy(name: string): Promise<StudyRecord | undefined>;

  /** All studies in the order of their creation. For those that cannot be read see {@link StudyRecord.unreadable}. */
  listStudies(): Promise<readonly StudyRecord[]>;

  /**
   * Gives a study another name; it stays the same study, by its id and its token.
   * @throws HpoError HPO_STUDY_EXISTS if another study has the name, HPO_INVALID_ARGUMENT for a name that cannot be
   *   stored.
   */
  renameStudy(study: StudyRef, name: string): Promise<StudyRecord>;

  /** Removes a study with all that belongs to it. @throws HpoError HPO_STUDY_NOT_FOUND if there is no such study. */
  deleteStudy(study: StudyRef): Promise<void>;

  /**
   * Erases the content of a trial: parameters, values, reports and attributes. The trial stays under its number with
   * the state FAIL, since trials are numbered without gaps; it keeps its time of completion, or is completed now.
   * Readers that have seen it finished do not see it change; a lease that it stood under is lost.
   *
   * @param systemAttrs the attributes that it has then.
   * @throws HpoError HPO_INVALID_ARGUMENT if the study has no trial of this number.
   */
  eraseTrial(study: StudyRef, number: number, systemAttrs?: Attributes): Promise<FrozenTrial>;

  /**
   * Sets one attribute, replacing an earlier value.
   * @param value undefined removes the attribute.
   * @param only sets it only if the attribute has the value `only.expected` now (undefined: if there is none).
   * @returns the value that stands afterwards; it differs from `value` if another caller was quicker.
   */
  setStudyAttr(
    study: StudyRef,
    scope: AttributeScope,
    key: string,
    value: JsonValue | undefined,
    only?: { readonly expected: JsonValue | undefined },
  ): Promise<JsonValue | undefined>;

  /**
   * Adds a trial under the study's next number.
   * @throws HpoError HPO_STUDY_DIFFERS if a parameter is incompatible with the one that the study has stored under its
   *   name (Optuna's rule: see `incompatibility` in `src/space`).
   */
  createTrial(study: StudyRef, template: TrialTemplate): Promise<FrozenTrial>;

  /** Adds a trial as {@link createTrial} does if the study has exactly `count` trials now; undefined otherwise. */
  createTrialAfter(study: StudyRef, count: number, template: TrialTemplate): Promise<FrozenTrial | undefined>;

  /**
   * Starts a trial: the WAITING one with the smallest number, else a new one. It is RUNNING, started now, under a lease
   * of the holder. No trial is ever handed to two callers.
   * @returns the trial; undefined, with nothing changed, where {@link TrialStart.atMost} is reached, or none waits
   *   and {@link TrialStart.newBelow} is reached, or {@link TrialStart.trialId} does not wait.
   */
  startTrial(study: StudyRef, start: TrialStart): Promise<FrozenTrial | undefined>;

  /**
   * Adds suggested parameters to a trial, and system attributes with them. A parameter that the trial has already is
   * replaced.
   * @throws HpoError HPO_STUDY_DIFFERS as {@link createTrial}; HPO_LEASE_LOST, HPO_TRIAL_STATE.
   */
  setTrialParams(lease: Lease, params: readonly SuggestedParam[], systemAttrs?: Attributes): Promise<void>;

  /**
   * Stores a report of a trial at a step.
   * @returns false if the step has a report already: then neither the value nor the metrics are stored.
   * @param metrics further figures of the step; they go with the report when the trial is requeued.
   * @throws HpoError HPO_LEASE_LOST, HPO_TRIAL_STATE.
   */
  setIntermediateValue(lease: Lease, step: number, value: number, metrics?: Metrics): Promise<boolean>;

  /** Sets attributes of a trial, replacing earlier values. @throws HpoError HPO_LEASE_LOST, HPO_TRIAL_STATE. */
  setTrialAttrs(lease: Lease, scope: AttributeScope, attributes: Attributes): Promise<void>;

  /**
   * Finishes a trial, completed now.
   *
   * @param values one for each direction, none NaN; null for none (FAIL, or PRUNED without a value).
   * @param systemAttrs attributes to add, such as the reason of a failure.
   * @returns the trial as it stands then; undefined where the storage would have to read it.
   * @throws HpoError HPO_LEASE_LOST, HPO_TRIAL_STATE: another caller has taken or finished it.
   */
  finishTrial(
    lease: Lease,
    state: FinishedState,
    values: readonly number[] | null,
    systemAttrs?: Attributes,
  ): Promise<FrozenTrial | undefined>;

  /**
   * Sets a trial back to WAITING in the same row, with its number, parameters and attributes, and without a start.
   * @throws HpoError HPO_LEASE_LOST, HPO_TRIAL_STATE: another caller has taken it back or finished it.
   */
  requeueTrial(lease: Lease, requeue: Requeue): Promise<void>;

  /**
   * Renews leases, so that observers see their counters move.
   * @returns the lost ones: their trials are not RUNNING under them any more, or are gone.
   */
  renew(leases: readonly Lease[]): Promise<readonly Lease[]>;

  /** The leases under which a study's trials are RUNNING now, for an observer that does not read the trials. */
  leases(study: StudyRef): Promise<readonly HeldLease[]>;

  /**
   * The trials of a study that are new or may have changed since `cursor` was given out, by any process; without a
   * cursor, all of them. The cost depends on the number of these trials and not on the size of the study, so that
   * reading after each trial stays cheap.
   *
   * @param reading the parts that the reader uses; a storage may give more.
   */
  changesSince(study: StudyRef, cursor?: Cursor, reading?: Reading): Promise<Changes>;

  /** The number of a study's trials in each state, without reading them. */
  counts(study: StudyRef): Promise<Readonly<Record<TrialState, number>>>;

  /**
   * The `n` best COMPLETE trials of a study that meet their constraints. With one direction the best comes first, and
   * of equals the first; with several it is the Pareto front, by number, of at most `n`.
   */
  bestTrials(study: StudyRef, n: number): Promise<readonly FrozenTrial[]>;

  /** The trial of this number, or undefined. */
  trial(study: StudyRef, number: number): Promise<FrozenTrial | undefined>;

  /** Some trials of a study in some order, reading no others. Later pages see writes since the first page. */
  page(study: StudyRef, request: PageRequest): Promise<readonly FrozenTrial[]>;

  /** The names that occur in a study's trials, without reading them. */
  inventory(study: StudyRef): Promise<Inventory>;

  /** The values of the COMPLETE trials that meet their constraints, by number. */
  results(study: StudyRef): Promise<readonly TrialResult[]>;

  /**
   * Checks that other processes find the storage where it was opened. Writes notice a lost file, too, within a moment;
   * those under a lease are kept all the same, in a copy that the error names.
   * @throws HpoError HPO_STORAGE if its file was deleted, moved or replaced since.
   */
  confirm(): Promise<void>;

  /** Closes files and connections. Further calls are errors, except for closing again. */
  close(): Promise<void>;
}
