import type { JsonValue } from '../../base/json.ts';
import type { Device, SharedDevice } from '../../machine/device.ts';
import type { Pruner } from '../../pruner/pruner.ts';
import type { Sampler } from '../../sampler/sampler.ts';
import type { Params, PartialParams, SearchSpace } from '../../space/search-space.ts';
import type { SpaceDefinition } from '../../space/variant.ts';
import type { Direction } from '../../trial/direction.ts';
import type { StopWhen } from '../stop-when.ts';
import type { Trial } from '../trial/trial.ts';

/** A constant of every trial that can be set from the command line. */
export type SettingValue = string | number | boolean;
export type Settings = Readonly<Record<string, SettingValue>>;

/** The type of a setting follows from its default, widened: `epochs: 5` is a number that may be another one. */
export type Widen<T> = T extends number ? number : T extends string ? string : T extends boolean ? boolean : never;
export type SettingsOf<T> = { readonly [K in keyof T]: Widen<T[K]> };

/** The settings of a retraining: the study's, with its own in their place and beside them. */
export type Merge<T, R> = Omit<T, keyof R> & R;

/** How far something that takes a while has come. */
export interface Progress {
  readonly label: string;
  readonly done: number;
  /** Undefined where it is not known beforehand. */
  readonly total?: number | undefined;
  /** Names the things counted; `bytes` are shown as MB. */
  readonly unit?: string | undefined;
}

/** The context that every function of a study gets besides its parameters. */
interface CommonContext<T> {
  readonly settings: SettingsOf<T>;
  /** Aborted when the trial's time is up or the run is stopped at once. */
  readonly signal: AbortSignal;
  /** Writes a line to the run's output. */
  log(message: string): void;
}

export interface PrepareContext<T = Settings> extends CommonContext<T> {
  progress(progress: Progress): void;
}

export interface ObjectiveContext<D extends SpaceDefinition = SpaceDefinition, T = Settings> extends CommonContext<T> {
  readonly trial: Trial<Params<SearchSpace<D>>>;
  /** The trial's parameters, typed by the search space. */
  readonly params: Params<SearchSpace<D>>;
  /** The study's seed: for what all trials share, such as the split of the data. */
  readonly studySeed: number;
}

export interface RetrainContext<D extends SpaceDefinition = SpaceDefinition, T = Settings> extends CommonContext<T> {
  /** Typed by the search space; beside them, under their names, those that the trial asked for as it ran. */
  readonly params: Params<SearchSpace<D>>;
  /** The number of the trial whose parameters these are; undefined for a configuration from a file. */
  readonly trialNumber: number | undefined;
  readonly studySeed: number;
  /** An empty folder for what the retraining leaves behind. It takes its final name when `run` has returned. */
  readonly folder: string;
  progress(progress: Progress): void;
}

/** A number, or one for each direction of the study. */
export type ObjectiveResult = number | readonly number[];

/** How the winner is trained on the full schedule. */
export interface RetrainDefinition<D extends SpaceDefinition, T extends Settings, R extends Partial<Settings>> {
  /** Override the study's settings; further ones may be added. Not part of the study's identity. */
  readonly settings?: R;
  /** Override {@link settings} where the profile of this name is taken. */
  readonly profiles?: Readonly<Record<string, Partial<SettingsOf<NoInfer<Merge<T, R>>>>>>;
  /** Trains and returns figures, which are written to `metrics.json`. */
  run(context: RetrainContext<D, Merge<T, R>>): Promise<JsonValue | undefined> | JsonValue | undefined;
}

/** A study as its file declares it; see {@link defineStudy}. */
export interface StudyOptions<D extends SpaceDefinition, T extends Settings, R extends Settings> {
  /** 1 to 512 characters; names the study in the database and its folder under `runs/`. */
  readonly name: string;
  readonly space: SearchSpace<D>;
  /** Default `minimize`. */
  readonly direction?: Direction;
  /** For several objectives, instead of `direction`. */
  readonly directions?: readonly Direction[];
  /** Default `tpe()`. */
  readonly sampler?: Sampler;
  /** Default `median()`, with several directions `nop()`. */
  readonly pruner?: Pruner;
  /** How many finished trials the study is to have in the end. Default 30; `--trials` overrides it. */
  readonly trials?: number;
  /** Ends the study before it has all its trials; the winner is retrained all the same. Default: never. */
  readonly stopWhen?: StopWhen;
  /** A whole number from 0; without one the study draws one and keeps it. `--seed` overrides it. */
  readonly seed?: number;
  /**
   * Start points: trials that are run first, each with some or all of its parameters given. Each is enqueued once,
   * however often and by however many processes the study is run; one that is added or changed later, when it is run
   * next.
   */
  readonly enqueue?: readonly PartialParams<SearchSpace<NoInfer<D>>>[];
  /**
   * How often a trial is run again whose process died over it, before it fails. Default 2; `--retries` overrides it.
   */
  readonly retries?: number;
  /** A trial that takes longer fails, and its worker is replaced. Default: no limit. */
  readonly trialTimeoutMs?: number;
  /** Constants of every trial with their defaults; `--set name=value` overrides them. Part of the study's identity. */
  readonly settings?: T;
  /** Named overrides of `settings`, chosen by `--profile`. */
  readonly profiles?: Readonly<Record<string, Partial<SettingsOf<NoInfer<T>>>>>;
  /** The profile to take where none is named, by the kind of device. */
  readonly defaultProfile?: Readonly<Partial<Record<Device['kind'], string>>>;
  /**
   * Readies what trials compute on, and says what it is; called in each worker before anything else. Default: a CPU.
   */
  device?(): Promise<SharedDevice>;
  /** Done once in a worker before the first trial: downloads and the like. */
  prepare?(context: PrepareContext<T>): Promise<void> | void;
  /** Runs one trial and returns its value. Throwing {@link TrialPruned} prunes it; any other error fails it. */
  objective(context: ObjectiveContext<D, T>): Promise<ObjectiveResult> | ObjectiveResult;
  readonly retrain?: RetrainDefinition<D, T, R>;
}

/** Tells a definition from other objects, by whichever copy of hpo it was made. */
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
