import { isDeepStrictEqual } from 'node:util';
import { isObject } from '../base/is-object.ts';
import type { JsonValue } from '../base/json.ts';
import type { Storage, StudyRecord } from '../storage/storage.ts';
import type { Attributes } from '../trial/frozen-trial.ts';
import { TARGET_KEY } from './study-keys.ts';

/** The target of a study that nobody has given one. */
const DEFAULT_TARGET = 30;

/** The most numbers that are kept of those that command lines have named. */
const MOST_NAMED = 100;

/** A study's target, as it is stored with the study. */
export type StoredTarget = {
  /** The number of finished trials that the study is to have in the end. */
  readonly trials: number;
  /** The number in the study's file when the target was stored; left out where the file gives none. */
  readonly declared?: number;
  /** The numbers that command lines have named, the last one last; left out where there are none. */
  readonly named?: readonly number[];
};

/**
 * The origin of a target: the command line, the study's file, the study in the database, or `default` where none of
 * them gives one.
 */
export type TargetOrigin = 'flag' | 'file' | 'study' | 'default';

/** A target with its origin. */
export interface Target {
  readonly trials: number;
  readonly from: TargetOrigin;
}

/** The places where a number of trials may stand. */
export interface TargetSources {
  /** The number on the command line. */
  readonly flag: number | undefined;
  /** The number in the study's file. */
  readonly declared: number | undefined;
  readonly stored: StoredTarget | undefined;
  /**
   * Whether a worker asks, which many machines start, and schedulers start again with the command line that they have:
   * a number that was named before does not undo a later change, and one that differs in a file does not count.
   */
  readonly isWorker: boolean;
}

/** The target of a study as its attributes hold it; undefined where they hold none, or none that can be read. */
export function storedTarget({ systemAttrs }: { readonly systemAttrs: Attributes }): StoredTarget | undefined {
  return parsedTarget(systemAttrs[TARGET_KEY]);
}

function parsedTarget(stored: JsonValue | undefined): StoredTarget | undefined {
  if (!isObject(stored) || !isTarget(stored.trials)) return undefined;
  const { trials, declared } = stored;
  const named = Array.isArray(stored.named) ? stored.named.filter(isTarget) : [];
  return { trials, ...(isTarget(declared) && { declared }), ...(named.length > 0 && { named }) };
}

/**
 * Decides on the target of a run: the number on the command line, else the one in the study's file where that was
 * changed since the target was stored, else the stored one, else the file's, else 30. A worker leaves out the changed
 * file, and a number on the command line that was named before.
 */
export function chooseTarget({ flag, declared, stored, isWorker }: TargetSources): Target {
  const isOld = isWorker && flag !== stored?.trials && stored?.named?.includes(flag as number);
  if (flag !== undefined && !isOld) return { trials: flag, from: 'flag' };
  if (stored === undefined) {
    return declared === undefined ? { trials: DEFAULT_TARGET, from: 'default' } : { trials: declared, from: 'file' };
  }
  const isChanged = !isWorker && declared !== undefined && declared !== stored.declared;
  if (isChanged || stored.trials === declared) return { trials: declared as number, from: 'file' };
  return { trials: stored.trials, from: 'study' };
}

/** The target that a run has from now on, and the one that its study had before; undefined where it is the same. */
export interface TargetFromNow extends Target {
  readonly former: number | undefined;
}

/**
 * Decides on the target of a run as {@link chooseTarget} does, and stores a new one with the study. Of several processes
 * that store the first target of a study at once, those whose command line names none take the one that stands.
 */
export async function targetFromNow(
  storage: Storage,
  record: StudyRecord,
  sources: Omit<TargetSources, 'stored'>,
): Promise<TargetFromNow> {
  const { flag, declared, isWorker } = sources;
  let standing: JsonValue | undefined = record.systemAttrs[TARGET_KEY];
  for (;;) {
    const stored = parsedTarget(standing);
    const target = chooseTarget({ ...sources, stored });
    const former = stored === undefined || stored.trials === target.trials ? undefined : stored.trials;
    const isToStore = stored === undefined || target.from === 'flag' || (!isWorker && target.from === 'file');
    const earlier = stored?.named ?? [];
    const named = target.from === 'flag' ? [...earlier.filter((each) => each !== flag), target.trials] : earlier;
    const wanted: StoredTarget = {
      trials: target.trials,
      ...(declared !== undefined && { declared }),
      ...(named.length > 0 && { named: named.slice(-MOST_NAMED) }),
    };
    if (!isToStore || isDeepStrictEqual(stored, wanted)) return { ...target, former };
    const expected = standing;
    standing = await storage.setStudyAttr(record, 'system', TARGET_KEY, wanted, { expected });
    if (isDeepStrictEqual(standing, wanted)) return { ...target, former };
  }
}

/** Stores another target with a study that is being run. */
export async function changeTarget(storage: Storage, record: StudyRecord, trials: number): Promise<void> {
  const found = await storage.findStudy(record.name);
  const { declared, named } = (found && storedTarget(found)) ?? {};
  const wanted: StoredTarget = { trials, ...(declared !== undefined && { declared }), ...(named && { named }) };
  await storage.setStudyAttr(record, 'system', TARGET_KEY, wanted);
}

function isTarget(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
