import { HpoError } from '../errors.ts';
import type { JsonValue } from '../json.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Sampler } from '../sampler/sampler.ts';
import type { Params, SearchSpace } from '../space/search-space.ts';
import type { SpaceDefinition } from '../space/variant.ts';
import type { Direction } from '../trial/direction.ts';
import type { Trial } from './trial.ts';

/** A constant of every trial that can be set from the command line. */
export type SettingValue = string | number | boolean;
export type Settings = Readonly<Record<string, SettingValue>>;

/** The type of a setting follows from its default, widened: `epochs: 5` is a number that may be another one. */
export type Widen<T> = T extends number ? number : T extends string ? string : T extends boolean ? boolean : never;
export type SettingsOf<T> = { readonly [K in keyof T]: Widen<T[K]> };

/** The settings of a retraining: the study's, with its own in their place and beside them. */
export type Merge<T, R> = Omit<T, keyof R> & R;

/** What a worker computes on. */
export interface Device {
  /** The short name of the backend, such as `wasm`. */
  readonly backend: string;
  /** Decides the default number of workers (a GPU: see {@link SharedDevice}; a CPU: as many as cores) and profile. */
  readonly kind: 'cpu' | 'gpu';
  /** A line for people: the library, the adapter, its memory. */
  readonly description: string;
}

/** How many trials share a device. */
export interface Packing {
  readonly trials: number;
  /** How that was found, in a few words for people. */
  readonly reason: string;
}

/** What a study's `device` gives. */
export interface SharedDevice extends Device {
  /**
   * Tells with how many trials at once it gets most done; asked of a GPU in one worker where nobody named a number, and
   * may try it out for some seconds. Default: one trial.
   */
  packing?(): Promise<Packing>;
}

/** How far something that takes a while has come. */
export interface Progress {
  readonly label: string;
  readonly done: number;
  /** Undefined where it is not known beforehand. */
  readonly total?: number | undefined;
  /** What is counted: `bytes` are shown as MB. */
  readonly unit?: string | undefined;
}

/** What every function of a study may use besides its parameters. */
interface CommonContext<T> {
  readonly settings: SettingsOf<T>;
  /** Aborted when the trial's time is up or the run is told to stop at once. */
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

/** A study as its file tells it; see {@link defineStudy}. */
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
  /** A whole number from 0; without one the study draws one and keeps it. `--seed` overrides it. */
  readonly seed?: number;
  /** A trial that takes longer fails, and its worker is replaced. Default: no limit. */
  readonly trialTimeoutMs?: number;
  /** Constants of every trial with their defaults; `--set name=value` overrides them. Part of the study's identity. */
  readonly settings?: T;
  /** Named overrides of `settings`, chosen by `--profile`. */
  readonly profiles?: Readonly<Record<string, Partial<SettingsOf<NoInfer<T>>>>>;
  /** The profile to take where none is named, by the kind of device. */
  readonly defaultProfile?: Readonly<Partial<Record<Device['kind'], string>>>;
  /** Readies what trials compute on, and tells what it is; called in each worker before anything else. Default: a CPU. */
  device?(): Promise<SharedDevice>;
  /** Done once in a worker before the first trial: downloads and the like. */
  prepare?(context: PrepareContext<T>): Promise<void> | void;
  /** Runs one trial and returns its value. Throwing {@link TrialPruned} prunes it; any other error fails it. */
  objective(context: ObjectiveContext<D, T>): Promise<ObjectiveResult> | ObjectiveResult;
  readonly retrain?: RetrainDefinition<D, T, R>;
}

const brand = Symbol.for('hpo.study-definition');

/** A checked study definition with its defaults filled in. */
export interface StudyDefinition<
  D extends SpaceDefinition = SpaceDefinition,
  T extends Settings = Settings,
  R extends Settings = Settings,
> extends StudyOptions<D, T, R> {
  readonly [brand]: true;
  readonly directions: readonly Direction[];
}

// biome-ignore lint/complexity/noBannedTypes: no settings means an object without any
type NoSettings = {};

/**
 * Declares a study: the default export of a study file, to be run by `hpo run <file>`. The types of `params` and
 * `settings` in its functions follow from `space` and from the defaults of the settings.
 *
 * @throws HpoError HPO_INVALID_STUDY naming the field that is wrong.
 * @example
 * export default defineStudy({
 *   name: 'parabola',
 *   space: space({ x: float(-5, 5) }),
 *   objective: ({ params }) => params.x ** 2,
 * });
 */
export function defineStudy<
  D extends SpaceDefinition,
  const T extends Settings = NoSettings,
  const R extends Settings = NoSettings,
>(options: StudyOptions<D, T, R>): StudyDefinition<D, T, R> {
  const checked = checkStudy(options);
  return Object.freeze({ ...options, directions: checked, [brand]: true as const });
}

/** Whether a value was made by {@link defineStudy}, by whichever copy of hpo. */
export function isStudyDefinition(value: unknown): value is StudyDefinition {
  return typeof value === 'object' && value !== null && (value as { [brand]?: unknown })[brand] === true;
}

// biome-ignore lint/suspicious/noExplicitAny: checks the values that the types cannot promise
function checkStudy(options: StudyOptions<any, any, any>): readonly Direction[] {
  const fail = (problem: string): never => {
    throw new HpoError('HPO_INVALID_STUDY', `defineStudy: ${problem}`, { data: { name: options?.name } });
  };
  if (typeof options !== 'object' || options === null) return fail('give an object with name, space and objective.');
  checkStudyName(options.name, fail);
  if (typeof options.space?.assemble !== 'function')
    fail(`\`space\` is ${shown(options.space)}; declare it with space({ … }).`);
  if (typeof options.objective !== 'function')
    fail(`\`objective\` is ${shown(options.objective)}; give the function that runs a trial.`);
  if (options.sampler !== undefined && typeof options.sampler?.sampleRelative !== 'function') {
    fail(`\`sampler\` is ${shown(options.sampler)}; give a sampler, such as tpe().`);
  }
  if (options.pruner !== undefined && typeof options.pruner?.shouldPrune !== 'function') {
    fail(`\`pruner\` is ${shown(options.pruner)}; give a pruner, such as median().`);
  }
  for (const [field, least] of [
    ['trials', 1],
    ['seed', 0],
    ['trialTimeoutMs', 1],
  ] as const) {
    const value: unknown = options[field];
    if (value !== undefined && !(Number.isSafeInteger(value) && (value as number) >= least)) {
      fail(`\`${field}\` is ${String(value)}; give a whole number from ${least} on.`);
    }
  }
  const { settings = {}, profiles = {}, defaultProfile = {}, retrain } = options;
  checkSettings('settings', settings, fail);
  checkProfiles('profiles', profiles, settings, fail);
  if (retrain !== undefined) {
    if (typeof retrain?.run !== 'function') {
      fail(`\`retrain.run\` is ${shown(retrain?.run)}; give the function that trains the winner.`);
    }
    checkSettings('retrain.settings', retrain.settings ?? {}, fail);
    checkProfiles('retrain.profiles', retrain.profiles ?? {}, { ...settings, ...retrain.settings }, fail);
  }
  for (const [kind, profile] of Object.entries(defaultProfile)) {
    if (kind !== 'cpu' && kind !== 'gpu') fail(`\`defaultProfile.${kind}\` is for no kind of device; use cpu and gpu.`);
    const known = profilesOf(options);
    if (!known.includes(String(profile))) {
      fail(`\`defaultProfile.${kind}\` is ${shown(profile)}; the profiles are ${known.join(', ') || 'none'}.`);
    }
  }
  const { checkStudy: checkFit } = options.objective as CheckingObjective;
  checkFit?.(options);
  return resolveDirections(options, fail);
}

/** An objective that can tell when it is declared whether it fits its study, as that of `command()` can. */
interface CheckingObjective {
  checkStudy?(study: unknown): void;
}

/** The names of all profiles that a study has, of its trials or of its retraining alone. */
// biome-ignore lint/suspicious/noExplicitAny: any study's
export function profilesOf(study: StudyOptions<any, any, any>): readonly string[] {
  return [...new Set([...Object.keys(study.profiles ?? {}), ...Object.keys(study.retrain?.profiles ?? {})])];
}

/** @param fail is called with what is wrong, for a message that begins with whose name it is. */
export function checkStudyName(name: unknown, fail: (problem: string) => never): asserts name is string {
  if (typeof name !== 'string' || name.length < 1 || name.length > 512) {
    fail(`\`name\` is ${JSON.stringify(name) ?? 'missing'}; give a string of 1 to 512 characters.`);
  }
}

/** The directions that `direction` or `directions` tell; `minimize` where neither stands. */
export function resolveDirections(
  options: { readonly direction?: Direction; readonly directions?: readonly Direction[] },
  fail: (problem: string) => never,
): readonly Direction[] {
  if (options.direction !== undefined && options.directions !== undefined) {
    fail('give `direction` or `directions`, not both.');
  }
  const directions = options.directions ?? [options.direction ?? 'minimize'];
  if (!Array.isArray(directions) || directions.length === 0) fail('`directions` must be a list of at least one.');
  for (const direction of directions) {
    if (direction !== 'minimize' && direction !== 'maximize') {
      fail(`the direction ${JSON.stringify(direction)} is neither 'minimize' nor 'maximize'.`);
    }
  }
  return directions;
}

function checkSettings(field: string, settings: unknown, fail: (problem: string) => never): void {
  if (typeof settings !== 'object' || settings === null) {
    fail(`\`${field}\` is ${shown(settings)}; give an object of settings.`);
  }
  for (const [name, value] of Object.entries(settings)) {
    const finite = typeof value === 'number' && Number.isFinite(value);
    if (!finite && typeof value !== 'string' && typeof value !== 'boolean') {
      fail(`\`${field}.${name}\` is ${shown(value)}; settings are finite numbers, strings or booleans.`);
    }
  }
}

/** @param settings those that a profile may override, with their defaults. */
function checkProfiles(field: string, profiles: unknown, settings: Settings, fail: (problem: string) => never): void {
  if (typeof profiles !== 'object' || profiles === null) {
    fail(`\`${field}\` is ${shown(profiles)}; give an object of profiles.`);
  }
  for (const [profile, overrides] of Object.entries(profiles) as [string, Settings][]) {
    const path = `${field}.${profile}`;
    checkSettings(path, overrides, fail);
    for (const [name, value] of Object.entries(overrides)) {
      const standing = settings[name];
      if (standing === undefined) {
        const names = Object.keys(settings).join(', ') || 'none';
        fail(`the profile \`${profile}\` sets \`${name}\`, which is no setting; the settings are ${names}.`);
      }
      if (typeof value !== typeof standing) {
        fail(`\`${path}.${name}\` is ${shown(value)}; give a ${typeof standing}, as in \`settings\`.`);
      }
    }
  }
}

/** A value that is wrong, in few words. */
function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' && value !== null ? 'an object' : (JSON.stringify(value) ?? typeof value);
}
