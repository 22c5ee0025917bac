import type { JsonValue } from '../../base/json.ts';
import type { Device, SharedDevice } from '../../machine/device.ts';
import type { Pruner } from '../../pruner/pruner.ts';
import type { Sampler } from '../../sampler/sampler.ts';
import type { Params, PartialParams, SearchSpace } from '../../space/search-space.ts';
import type { SpaceDefinition } from '../../space/variant.ts';
import type { Direction } from '../../trial/direction.ts';
import type { Duplicates } from '../duplicates.ts';
import type { EarlierStudy } from '../earlier-trials.ts';
import type { RunEvent } from '../run-event.ts';
import type { StopWhen } from '../stop-when.ts';
import type { Checkpoints } from '../trial/checkpoints.ts';
import type { Trial } from '../trial/trial.ts';

/** A constant of every trial that can be set from the command line. */
export type SettingValue = string | number | boolean;
/** The settings of a study by name. */
export type Settings = Readonly<Record<string, SettingValue>>;

/** The type of a setting: that of its default, widened, so that `epochs: 5` may be set to any number. */
export type Widen<T> = T extends number ? number : T extends string ? string : T extends boolean ? boolean : never;
/** The types of settings that follow from their defaults. */
export type SettingsOf<T> = { readonly [K in keyof T]: Widen<T[K]> };

/** The settings of a retraining: the study's, with its own added or in their place. */
export type Merge<T, R> = Omit<T, keyof R> & R;

/** The progress of a task that takes a while. */
export interface Progress {
  /** The name of the task, for people. */
  readonly label: string;
  /** The number of things that are done. */
  readonly done: number;
  /** The number of things in all; undefined where it is not known beforehand. */
  readonly total?: number | undefined;
  /** The name of the things counted; `bytes` are shown as MB. */
  readonly unit?: string | undefined;
}

/** The part of the context that every function of a study receives. */
interface CommonContext<T> {
  /** The settings of this run. */
  readonly settings: SettingsOf<T>;
  /** Aborted when the trial's time is up or the run is stopped at once. */
  readonly signal: AbortSignal;
  /** Writes a line to the run's output. */
  log(message: string): void;
}

/** The context that a study's `prepare` receives. */
export interface PrepareContext<T = Settings> extends CommonContext<T> {
  /** Shows how far the preparation is. */
  progress(progress: Progress): void;
}

/** The context that an objective receives. */
export interface ObjectiveContext<D extends SpaceDefinition = SpaceDefinition, T = Settings> extends CommonContext<T> {
  /** The running trial, to report to and to ask. */
  readonly trial: Trial<Params<SearchSpace<D>>>;
  /** The trial's parameters, typed by the search space. */
  readonly params: Params<SearchSpace<D>>;
  /** The study's seed, for draws that all trials share, such as the split of the data. */
  readonly studySeed: number;
}

/** The context that `retrain.run` receives. */
export interface RetrainContext<D extends SpaceDefinition = SpaceDefinition, T = Settings> extends CommonContext<T> {
  /**
   * The parameters, typed by the search space; beside them, under their names, those that the trial asked for as it
   * ran.
   */
  readonly params: Params<SearchSpace<D>>;
  /** The number of the trial whose parameters these are; undefined for a configuration from a file. */
  readonly trialNumber: number | undefined;
  /** The study's seed. */
  readonly studySeed: number;
  /** An empty folder for the files of the retraining. It takes its final name when `run` has returned. */
  readonly folder: string;
  /**
   * The checkpoints of the retraining, in a folder of their own: one that is killed goes on when the same command is
   * given again with the same configuration. They are removed when it has finished. With `from: 'checkpoint'` it begins
   * with those of the trial.
   */
  readonly checkpoints: Checkpoints;
  /** Shows how far the retraining is. */
  progress(progress: Progress): void;
}

/** A number, or one for each direction of the study. */
export type ObjectiveResult = number | readonly number[];

/** The training of the winner on the full schedule. */
export interface RetrainDefinition<D extends SpaceDefinition, T extends Settings, R extends Partial<Settings>> {
  /** Settings that override the study's, or are added to them. They are not part of the study's identity. */
  readonly settings?: R;
  /** Named overrides of {@link settings}, taken with the study's profile of the same name. */
  readonly profiles?: Readonly<Record<string, Partial<SettingsOf<NoInfer<Merge<T, R>>>>>>;
  /**
   * `checkpoint`: `checkpoints.last` and `checkpoints.best` are at first those of the trial, so that the retraining goes
   * on with its weights; without any it begins with nothing, as by default (`scratch`). `metrics.json` says which.
   */
  readonly from?: 'scratch' | 'checkpoint';
  /** Trains, and returns figures, which are written to `metrics.json`. */
  run(context: RetrainContext<D, Merge<T, R>>): Promise<JsonValue | undefined> | JsonValue | undefined;
}

/** A study as its file declares it; see {@link defineStudy}. */
export interface StudyOptions<D extends SpaceDefinition, T extends Settings, R extends Settings> {
  /** The name of the study in the database and of its folder under `runs/`: 1 to 512 characters. */
  readonly name: string;
  /** The search space, declared with `space({ … })`. */
  readonly space: SearchSpace<D>;
  /** The direction of the one objective. Default `minimize`. */
  readonly direction?: Direction;
  /** The directions of several objectives, in place of `direction`. */
  readonly directions?: readonly Direction[];
  /**
   * The sampler, which chooses parameters. Default: `auto()` for a new study; an existing one goes on with the sampler
   * that started its last trials, or with `tpe()` where it keeps none that hpo has.
   */
  readonly sampler?: Sampler;
  /** The pruner, which ends hopeless trials. Default `median()`, with several directions `nop()`. */
  readonly pruner?: Pruner;
  /**
   * The number of finished trials that the study has in the end. Default 30; `--trials` overrides it, and is kept with
   * the study until the number here is changed.
   */
  readonly trials?: number;
  /** Rules that end the study before it has all its trials; the winner is retrained all the same. Default: none. */
  readonly stopWhen?: StopWhen;
  /**
   * The fate of a trial whose parameters another one has had: it is run like any other (`run`), it gets the value of
   * the first complete one without being run, and is marked `hpo:repeats` (`reuse`), or the sampler is asked again, and
   * a study ends when a finite space has been tried to its end (`resample`). Default `run`.
   */
  readonly duplicates?: Duplicates;
  /**
   * The seed of every draw, a whole number from 0 on; without one the study draws one and keeps it. `--seed` overrides
   * it.
   */
  readonly seed?: number;
  /**
   * Start points: trials that are run first, each with some or all of its parameters given. Each is enqueued once,
   * however often and by however many processes the study is run. A start point that is added or changed later is
   * enqueued by the next run.
   */
  readonly enqueue?: readonly PartialParams<SearchSpace<NoInfer<D>>>[];
  /**
   * Earlier studies to learn from, of this storage or of others: their trials inform the first suggestions of `auto()`
   * and `gp()`. What is taken from them, at most 100 trials, is kept with this study when it is begun. Parameters are
   * the same where their names are. Default: none.
   */
  readonly transferFrom?: readonly EarlierStudy[];
  /**
   * The number of times that a trial is run again when its process has died; then it fails. Default 2; `--retries`
   * overrides it.
   */
  readonly retries?: number;
  /**
   * The longest that a trial may take, in milliseconds; then it fails, and its worker is replaced. Default: no limit.
   */
  readonly trialTimeoutMs?: number;
  /**
   * The memory that a trial may take, in MiB (1,048,576 bytes): that of its worker process, with the data and the
   * backend that it has loaded, and of all processes that it starts, where the system shows them (on Windows of the
   * worker alone, when it is not busy). A trial that takes more fails, and is not run again; its worker is replaced. It
   * is measured twice a second. Default: no limit; `--trial-memory` overrides it.
   */
  readonly trialMemoryMb?: number;
  /**
   * Constants of every trial, with their defaults; `--set name=value` overrides them. They are part of the study's
   * identity.
   */
  readonly settings?: T;
  /** Named overrides of `settings`, chosen by `--profile`. */
  readonly profiles?: Readonly<Record<string, Partial<SettingsOf<NoInfer<T>>>>>;
  /** The profile to take where the command names none, by the kind of device. */
  readonly defaultProfile?: Readonly<Partial<Record<Device['kind'], string>>>;
  /**
   * Readies the device that trials compute on, and describes it; called in each worker before anything else. Default: a
   * CPU.
   */
  device?(): Promise<SharedDevice>;
  /** Prepares the study, such as by downloads; called in one worker before the first trial. */
  prepare?(context: PrepareContext<T>): Promise<void> | void;
  /** Runs one trial and returns its value. A thrown {@link TrialPruned} prunes it; any other error fails it. */
  objective(context: ObjectiveContext<D, T>): Promise<ObjectiveResult> | ObjectiveResult;
  /** The training of the winner after the search. Default: none. */
  readonly retrain?: RetrainDefinition<D, T, R>;
  /**
   * Follows a run of the study: called in the process of `hpo run` or `hpo worker` with each event, those that `--json` writes, one
   * after the other; a promise that it returns is waited for. It writes to trackers and files, and nothing to the
   * terminal. What it throws costs one warning, and it is not called any more. Default: none.
   */
  onEvent?(event: RunEvent): Promise<void> | void;
}

/** The brand that marks a definition, made by any copy of hpo. */
export const definitionBrand = Symbol.for('hpo.study-definition');

/** A checked study definition with its defaults filled in. */
export interface StudyDefinition<
  D extends SpaceDefinition = SpaceDefinition,
  T extends Settings = Settings,
  R extends Settings = Settings,
> extends StudyOptions<D, T, R> {
  readonly [definitionBrand]: true;
  readonly directions: readonly Direction[];
}
