import { randomInt } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { HpoError } from '../base/errors.ts';
import { isObject } from '../base/is-object.ts';
import type { JsonValue } from '../base/json.ts';
import { checkFields, type Fields, flag, oneOf, refusal, shown, text, wholeNumberFrom } from '../base/option-checks.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { type PartialParams, type SearchSpace, space } from '../space/search-space.ts';
import type { SpaceDefinition } from '../space/variant.ts';
import { defaultStorage } from '../storage/default-storage.ts';
import type { Holder } from '../storage/lease.ts';
import { openStorage } from '../storage/open-storage.ts';
import type { Changes, Storage, StudyRecord } from '../storage/storage.ts';
import { drawToken, TOKEN_KEY } from '../storage/study-ref.ts';
import { withStorage } from '../storage/with-storage.ts';
import type { Direction } from '../trial/direction.ts';
import { CheckpointRoot, checkpointsFolder, removeCheckpoints } from './checkpoints/checkpoint-root.ts';
import { checkSettings, checkSpace, checkStudyName, resolveDirections, startPoints } from './definition/check-study.ts';
import type { Settings } from './definition/definition.ts';
import { samplerAndPruner } from './definition/sampler-and-pruner.ts';
import type { Duplicates } from './duplicates.ts';
import { checkTransferFrom, type EarlierStudy, readEarlier } from './earlier-trials.ts';
import { enqueueStartPoints } from './enqueue.ts';
import { findStudy, findStudyToDelete } from './find-study.ts';
import { newHolder } from './holder.ts';
import { keptSampler } from './kept-sampler.ts';
import { changedParams, incompatibleParams, spaceDifference } from './space-changes.ts';
import { recordedSpace, spaceRecord } from './space-record.ts';
import { StoredHistory } from './stored-history.ts';
import { Study } from './study.ts';
import { settingsDifference, transferDifference } from './study-differences.ts';
import { CODE_KEY, EARLIER_KEY, PROFILE_KEY, SEED_KEY, SETTINGS_KEY, SPACE_KEY } from './study-keys.ts';
import { studyShape } from './study-shape.ts';

const DEFAULT_RETRIES = 2;

/** The way to go on with a study whose parameters have changed. */
const NEW_PARAMS =
  ', or let its trials count for the parameters that they have: --new-params (in a program `newParams: true`)';

/** The definition of a space without parameters. */
export type NoParams = Readonly<Record<never, never>>;

/** The options of {@link createStudy}. */
export interface CreateStudyOptions<D extends SpaceDefinition> {
  /** The name of the study: 1 to 512 characters, unique in the storage. */
  readonly name: string;
  /** The search space. Default: an empty one, for objectives that ask for their parameters as they run. */
  readonly space?: SearchSpace<D>;
  /**
   * The storage: a URL, a path of an SQLite file, or an open storage. Default: what HPO_STORAGE in the environment names,
   * else `sqlite:///hpo.db`.
   */
  readonly storage?: string | Storage;
  /** The direction of the one objective. Default `minimize`. */
  readonly direction?: Direction;
  /** The directions of several objectives, in place of `direction`. */
  readonly directions?: readonly Direction[];
  /**
   * The sampler, which chooses parameters. Default: `auto()` for a new study; an existing one goes on with the sampler
   * that started its last trials, or with `tpe()` where it keeps none that hpo has.
   */
  readonly sampler?: Sampler | undefined;
  /** The pruner, which ends hopeless trials. Default `median()`, with several directions `nop()`. */
  readonly pruner?: Pruner | undefined;
  /** The seed of every draw, a whole number from 0 on. Default: the stored one, and for a new study a drawn one. */
  readonly seed?: number;
  /** The number of times that a trial is run again when its process has died; then it fails. Default 2. */
  readonly retries?: number | undefined;
  /** Trials to be run first, each enqueued once, as in a study's file. */
  readonly enqueue?: readonly PartialParams<SearchSpace<NoInfer<D>>>[] | undefined;
  /**
   * The fate of a trial whose declared parameters another one has had: it is run like any other (`run`), {@link
   * Study.optimize} gives it the value of the first complete one, marked `hpo:repeats` (`reuse`), or the sampler is asked
   * again, and a finite space tried to its end (`resample`). Default `run`.
   */
  readonly duplicates?: Duplicates | undefined;
  /** Earlier studies to learn from, as in a study's file. */
  readonly transferFrom?: readonly EarlierStudy[] | undefined;
  /** Whether to continue an existing study or to refuse it. Default `fail`, as in Optuna. */
  readonly ifExists?: 'load' | 'fail';
  /** Constants of every trial, kept with the study, which can then only be continued with the same ones. */
  readonly settings?: Settings;
  /** The profile that the settings come from, kept with the study for later runs. */
  readonly profile?: string | undefined;
  /**
   * Continue a study whose complete trials were run with other parameters. Each trial counts for the parameters that it
   * has, and those that the best one lacks are drawn for its retraining. Default false: parameters that were added,
   * removed or renamed are refused.
   */
  readonly newParams?: boolean | undefined;
  /**
   * The folder for the checkpoints of trials, in which the study gets one of its own. Default: `runs/<study>/checkpoints`
   * in the working directory; for a study in memory, which ends with the process, a temporary folder that ends with it.
   */
  readonly checkpoints?: string | undefined;
  /**
   * Whether all checkpoints stay. Default false: those of a finished trial are removed, unless it is the best one or
   * the last one that failed.
   */
  readonly keepCheckpoints?: boolean | undefined;
}

const FIELDS: Fields<CreateStudyOptions<SpaceDefinition>> = {
  name: true,
  space: true,
  storage: { wanted: 'a URL, a path or an open storage', accepts: isStorage },
  direction: true,
  directions: true,
  sampler: true,
  pruner: true,
  seed: wholeNumberFrom(0),
  retries: wholeNumberFrom(0),
  enqueue: true,
  duplicates: true,
  transferFrom: true,
  ifExists: oneOf('load', 'fail'),
  settings: true,
  profile: text,
  newParams: flag,
  checkpoints: text,
  keepCheckpoints: flag,
};

function isStorage(value: unknown): boolean {
  return typeof value === 'string' || (isObject(value) && typeof value.changesSince === 'function');
}

/** The options of {@link loadStudy}. */
export type LoadStudyOptions<D extends SpaceDefinition> = Pick<
  CreateStudyOptions<D>,
  | 'name'
  | 'space'
  | 'storage'
  | 'sampler'
  | 'pruner'
  | 'duplicates'
  | 'retries'
  | 'newParams'
  | 'checkpoints'
  | 'keepCheckpoints'
>;

/**
 * Makes a study, or continues one with `ifExists: 'load'`.
 *
 * @throws HpoError HPO_STUDY_EXISTS if the name is taken; HPO_STUDY_DIFFERS, naming the difference, if the existing
 *   study has other directions, settings, another seed, an incompatible space or, without `newParams`, other
 *   parameters; HPO_INVALID_STUDY for a bad option; HPO_STORAGE.
 */
export function createStudy<D extends SpaceDefinition = NoParams>(options: CreateStudyOptions<D>): Promise<Study<D>> {
  return openStudy(options);
}

/** The code that runs a study's trials. */
export interface StudyCode {
  /** A short hash of it. */
  readonly hash: string;
  /** Whether to refuse a study that was begun with another code. Default false: trials started here are marked. */
  readonly isStrict?: boolean | undefined;
}

/** Further terms for the opening of a study. */
export interface OpeningTerms {
  /** The study as it is, where all of it has been read already. */
  readonly known?: { readonly record: StudyRecord; readonly read: Changes } | undefined;
  /** Whether the space has to be exactly the one that the study was last run with. Default false. */
  readonly isSameSpace?: boolean | undefined;
  /** The code that runs the trials. Default: not known. */
  readonly code?: StudyCode | undefined;
}

/** As {@link createStudy}, on further terms. */
export async function openStudy<D extends SpaceDefinition = NoParams>(
  options: CreateStudyOptions<D>,
  { known, isSameSpace, code }: OpeningTerms = {},
): Promise<Study<D>> {
  const holder = newHolder(); // refuses a bad HPO_GRACE before anything is stored
  const refuse = refusal('HPO_INVALID_STUDY', 'createStudy()');
  if (!isObject(options)) return refuse('give an object with the name of the study: createStudy({ name, space }).');
  checkFields(options, FIELDS, refuse);
  checkStudyName(options.name, refuse);
  if (options.space !== undefined) checkSpace(options.space, refuse);
  if (options.settings !== undefined) checkSettings('settings', options.settings, refuse);
  const directions = resolveDirections(options, refuse);
  checkTransferFrom(options.transferFrom, options.name, refuse);
  const { seed, ifExists = 'fail' } = options;
  samplerAndPruner(options, studyShape({ name: options.name, directions }, options.space), refuse);
  const points = startPoints(spaceOf(options), options.enqueue, refuse);
  return withOpened(options.storage, true, async (storage) => {
    const { name, space, settings, profile, transferFrom } = options;
    const find = async () => known?.record ?? storage.findStudy(name); // which takes no write lock
    const existing = ifExists === 'load' ? await find() : undefined;
    const isTransfer = existing === undefined && transferFrom !== undefined;
    const systemAttrs = {
      [SEED_KEY]: seed ?? drawSeed(),
      ...(space && { [SPACE_KEY]: spaceRecord(space) }),
      ...(settings && { [SETTINGS_KEY]: settings }),
      ...(profile && { [PROFILE_KEY]: profile }),
      ...(isTransfer && { [EARLIER_KEY]: await readEarlier(transferFrom, storage, refuse) }),
      ...(code && { [CODE_KEY]: code.hash }),
    };
    const record = existing ?? (await storage.createStudy({ name, directions, systemAttrs }, ifExists));
    const given = { ...options, directions, read: known?.read, isSameSpace, code };
    const { study, history } = await continueStudy(storage, record, given, holder);
    await enqueueStartPoints(points, { storage, record: study.record, history });
    return study;
  });
}

/**
 * Opens an existing study; Optuna's studies, too.
 * @throws HpoError HPO_STUDY_NOT_FOUND naming the studies of the storage; HPO_STUDY_DIFFERS for an incompatible space;
 *   HPO_INVALID_STUDY for a sampler or a pruner that refuses the study.
 */
export async function loadStudy<D extends SpaceDefinition = NoParams>(options: LoadStudyOptions<D>): Promise<Study<D>> {
  const holder = newHolder();
  return withOpened(options.storage, false, async (storage) => {
    return (await continueStudy(storage, await findStudy(storage, options.name), options, holder)).study;
  });
}

/**
 * Removes a study with all its trials, and with the folder of their checkpoints.
 * @param options.checkpoints the folder of the checkpoints, as for {@link createStudy}.
 * @throws HpoError HPO_STUDY_NOT_FOUND if there is no such study.
 */
export async function deleteStudy(options: {
  readonly name: string;
  readonly storage?: string | Storage;
  readonly checkpoints?: string | undefined;
}): Promise<void> {
  const remove = async (storage: Storage) => {
    const record = await findStudyToDelete(storage, options.name);
    await storage.deleteStudy(record);
    await removeCheckpoints(record, options.checkpoints);
  };
  if (typeof options.storage === 'object') await remove(options.storage);
  else await withStorage(options.storage ?? defaultStorage(), { create: false }, remove);
}

/** Opens a study's storage where it was given by its name, and closes it again if the study cannot be opened. */
async function withOpened<D extends SpaceDefinition>(
  given: string | Storage | undefined,
  create: boolean,
  use: (storage: Storage) => Promise<Study<D>>,
): Promise<Study<D>> {
  if (typeof given === 'object') return use(given);
  const storage = await openStorage(given ?? defaultStorage(), { create });
  try {
    return await use(storage);
  } catch (error) {
    await storage.close();
    throw error;
  }
}

type Continued<D extends SpaceDefinition> = LoadStudyOptions<D> &
  Pick<CreateStudyOptions<D>, 'seed' | 'directions' | 'settings' | 'profile' | 'transferFrom'> &
  Pick<OpeningTerms, 'isSameSpace' | 'code'> & { readonly read?: Changes | undefined };

/** Checks that a study can go on with these options, and only then adds to it the attributes that it lacks. */
async function continueStudy<D extends SpaceDefinition>(
  storage: Storage,
  stored: StudyRecord,
  options: Continued<D>,
  holder: Holder,
): Promise<{ readonly study: Study<D>; readonly history: StoredHistory }> {
  const differs = (what: string, more = ''): never => {
    throw new HpoError(
      'HPO_STUDY_DIFFERS',
      `The study '${stored.name}' in ${storage.label} cannot be continued: ${what}. Undo the change or give the study another name${more}.`,
    );
  };
  const { directions, settings, code } = options;
  if (directions !== undefined && directions.join() !== stored.directions.join()) {
    differs(`its directions were ${stored.directions.join(', ')} and are ${directions.join(', ')} now`);
  }
  const checkSeed = (seed: JsonValue | undefined) => {
    if (options.seed === undefined || seed === undefined || seed === options.seed) return;
    differs(`its seed was ${seed} and is ${options.seed} now`);
  };
  const checkSettings = (known: JsonValue | undefined) => {
    if (settings === undefined || known === undefined) return;
    if (typeof known !== 'object' || known === null) return differs(`its settings are stored as ${shown(known)}`);
    const difference = settingsDifference(known as Settings, settings);
    if (difference !== undefined) differs(difference);
  };
  checkSeed(stored.systemAttrs[SEED_KEY]);
  checkSettings(stored.systemAttrs[SETTINGS_KEY]);
  const checkCode = (known: JsonValue | undefined) => {
    if (!code?.isStrict || known === undefined || known === code.hash) return;
    differs(`the code of its file was ${shown(known)} when it was begun and is ${shown(code.hash)} now`);
  };
  checkCode(stored.systemAttrs[CODE_KEY]);
  const space = spaceOf(options);
  const checkSameSpace = (known: JsonValue | undefined) => {
    const difference = options.isSameSpace ? spaceDifference(recordedSpace(known), space) : undefined;
    if (difference !== undefined) differs(difference);
  };
  checkSameSpace(stored.systemAttrs[SPACE_KEY]);
  const transfer = transferDifference(stored, options.transferFrom);
  if (transfer !== undefined) differs(transfer);
  const shape = studyShape(stored, space);
  const { read = await storage.changesSince(stored) } = options;
  const given = { ...options, sampler: options.sampler ?? keptSampler(stored, read.trials) };
  const { sampler, pruner } = samplerAndPruner(given, shape, differs);
  const [problem, ...others] = incompatibleParams(read.trials, space);
  if (problem !== undefined) differs([problem, ...others].join('; '));
  const checkParams = (known: JsonValue | undefined) => {
    if (options.space === undefined || options.newParams) return;
    const recorded = recordedSpace(known);
    const change = changedParams({ trials: read.trials, directions: stored.directions, recorded }, space);
    if (change !== undefined) differs(change, NEW_PARAMS);
  };
  checkParams(stored.systemAttrs[SPACE_KEY]);

  // A study that Optuna has made has neither of these. When several processes set them at once, the first one's stay.
  const token = (await ensureAttr(storage, stored, TOKEN_KEY, drawToken, isText)) as string;
  const record = { ...stored, token };
  if (settings !== undefined) {
    const { profile } = options;
    const isFirst = stored.systemAttrs[SETTINGS_KEY] === undefined;
    if (isFirst && profile !== undefined) await ensureAttr(storage, record, PROFILE_KEY, () => profile);
    checkSettings(await ensureAttr(storage, record, SETTINGS_KEY, () => settings));
  }
  if (options.space !== undefined) {
    const wanted = spaceRecord(space);
    const isKept = (known: JsonValue) => isDeepStrictEqual(known, wanted);
    const kept = await ensureAttr(storage, record, SPACE_KEY, () => wanted, isKept);
    checkSameSpace(kept);
    checkParams(kept);
  }
  const begunWith = code && (await ensureAttr(storage, record, CODE_KEY, () => code.hash, isText));
  checkCode(begunWith);
  const seed = await ensureAttr(storage, record, SEED_KEY, () => options.seed ?? drawSeed(), Number.isSafeInteger);
  checkSeed(seed);
  const isLean = sampler.ignoresRunningReports && pruner.ignoresRunningReports;
  const history = new StoredHistory(storage, record, space, { read, reports: isLean ? 'finished' : 'all' });
  const { retries = DEFAULT_RETRIES, checkpoints: folder, keepCheckpoints } = options;
  const isPassing = folder === undefined && storage.label === 'memory:';
  const checkpoints = isPassing
    ? CheckpointRoot.passing()
    : new CheckpointRoot(checkpointsFolder(record, folder), keepCheckpoints);
  const parts = {
    record,
    storage,
    space,
    sampler,
    pruner,
    seed: seed as number,
    retries,
    history,
    holder,
    checkpoints,
    duplicates: options.duplicates,
    marks: code === undefined || code.hash === begunWith ? {} : { [CODE_KEY]: code.hash },
  };
  return { study: new Study(parts), history };
}

const isText = (value: JsonValue) => typeof value === 'string';

/** A system attribute of a study. If it is missing, or not right, it is set once to the result of `make`. */
async function ensureAttr(
  storage: Storage,
  record: StudyRecord,
  key: string,
  make: () => JsonValue,
  isRight: (value: JsonValue) => boolean = () => true,
): Promise<JsonValue> {
  const expected = record.systemAttrs[key];
  if (expected !== undefined && isRight(expected)) return expected;
  return (await storage.setStudyAttr(record, 'system', key, make(), { expected })) as JsonValue;
}

function spaceOf<D extends SpaceDefinition>(options: { readonly space?: SearchSpace<D> }): SearchSpace<D> {
  // Without a space D cannot be inferred and has its default: no parameters.
  return options.space ?? (space({}) as SearchSpace<SpaceDefinition> as SearchSpace<D>);
}

function drawSeed(): number {
  return randomInt(2 ** 31);
}
