import { isDeepStrictEqual } from 'node:util';
import { isObject } from '../base/is-object.ts';
import type { JsonValue } from '../base/json.ts';
import type { Storage, StudyRecord } from '../storage/storage.ts';
import type { Attributes } from '../trial/frozen-trial.ts';
import { TARGET_KEY } from './study-keys.ts';

/** The target of a study that nobody has given one. */
const DEFAULT_TARGET = 30;

/** A study's target, as it is stored with the study. */
export type StoredTarget = {
  /** The number of finished trials that the study is to have in the end. */
  readonly trials: number;
  /** The number in the study's file when the target was stored; left out where the file gives none. */
  readonly declared?: number;
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
  /** Whether a number that was changed in the file since the target was stored takes its place. */
  readonly followsFile: boolean;
}

/** The target of a study as its attributes hold it; undefined where they hold none, or none that can be read. */
export function storedTarget({ systemAttrs }: { readonly systemAttrs: Attributes }): StoredTarget | undefined {
  return parsedTarget(systemAttrs[TARGET_KEY]);
}

function parsedTarget(stored: JsonValue | undefined): StoredTarget | undefined {
  if (!isObject(stored) || !isTarget(stored.trials)) return undefined;
  const { trials, declared } = stored;
  return isTarget(declared) ? { trials, declared } : { trials };
}

/**
 * Decides on the target of a run: the number on the command line, else the one in the study's file where that was
 * changed since the target was stored, else the stored one, else the file's, else 30.
 */
export function chooseTarget({ flag, declared, stored, followsFile }: TargetSources): Target {
  if (flag !== undefined) return { trials: flag, from: 'flag' };
  if (stored === undefined) {
    return declared === undefined ? { trials: DEFAULT_TARGET, from: 'default' } : { trials: declared, from: 'file' };
  }
  const isChanged = followsFile && declared !== undefined && declared !== stored.declared;
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
  const { flag, declared, followsFile } = sources;
  let standing = record.systemAttrs[TARGET_KEY];
  for (;;) {
    const stored = parsedTarget(standing);
    const target = chooseTarget({ ...sources, stored });
    const former = stored === undefined || stored.trials === target.trials ? undefined : stored.trials;
    const isToStore = stored === undefined || flag !== undefined || (followsFile && target.from === 'file');
    const wanted: StoredTarget = { trials: target.trials, ...(declared !== undefined && { declared }) };
    if (!isToStore || isDeepStrictEqual(stored, wanted)) return { ...target, former };
    const expected = standing;
    standing = await storage.setStudyAttr(record, 'system', TARGET_KEY, wanted, { expected });
    if (isDeepStrictEqual(standing, wanted)) return { ...target, former };
  }
}

/** Stores another target with a study that is being run. */
export async function changeTarget(storage: Storage, record: StudyRecord, trials: number): Promise<void> {
  const found = await storage.findStudy(record.name);
  const { declared } = (found && storedTarget(found)) ?? {};
  await storage.setStudyAttr(record, 'system', TARGET_KEY, { trials, ...(declared !== undefined && { declared }) });
}

function isTarget(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
