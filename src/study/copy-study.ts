import { randomUUID } from 'node:crypto';
import { HpoError } from '../base/errors.ts';
import { defaultStorage } from '../storage/default-storage.ts';
import { LEASE_KEY } from '../storage/lease.ts';
import type { Storage, StudyRecord, TrialTemplate } from '../storage/storage.ts';
import { studyExists } from '../storage/storage-errors.ts';
import { TOKEN_KEY } from '../storage/study-ref.ts';
import { withStorage } from '../storage/with-storage.ts';
import type { Attributes, FrozenTrial } from '../trial/frozen-trial.ts';
import { findStudy } from './find-study.ts';
import { trialNotes } from './reading-notes.ts';
import { CHECKPOINTS_KEY, CONCLUSION_KEY } from './study-keys.ts';

/** The study to copy, and its destination. */
export interface CopyStudyOptions {
  readonly name: string;
  /** The storage of the study. Default: as for {@link createStudy}. */
  readonly storage?: string | Storage;
  /** The name of the copy. Default: the study's name. */
  readonly newName?: string;
  /** The storage of the copy; it is made where it is missing. Default: `storage`. */
  readonly toStorage?: string | Storage;
}

/** The result of {@link copyStudy}. */
export interface CopiedStudy {
  /** The number of trials. */
  readonly trials: number;
  /** The name of the copy's storage; never with a password. */
  readonly storageLabel: string;
  /** Lines about the parts of its trials that cannot be read, and are therefore missing in the copy. */
  readonly notes: readonly string[];
}

/**
 * Copies a study as it is now, as Optuna's `copy_study` does: its directions and attributes, and its trials in their
 * states, with their numbers and times. RUNNING trials stay so in the copy, where nobody runs them: they neither count
 * for its target nor are taken back. Checkpoints are not copied. The copy gets its name when it is whole; until then, and if the process is killed
 * before, it is called `hpo-copy-…`. The study itself is only read.
 *
 * @throws HpoError HPO_STUDY_NOT_FOUND; HPO_STUDY_EXISTS if the name is taken there; HPO_INVALID_ARGUMENT for a name,
 *   or a trial, that cannot be stored, and for the URL `memory:`, whose storage would end with the call.
 */
export async function copyStudy(options: CopyStudyOptions): Promise<CopiedStudy> {
  const { name, storage = defaultStorage(), newName = name, toStorage = storage } = options;
  if (toStorage === 'memory:') {
    const why = 'A copy in `memory:` would be gone at once; name a file.';
    throw new HpoError('HPO_INVALID_ARGUMENT', why);
  }
  return use(storage, false, async (from) => {
    const record = await findStudy(from, name);
    const { trials } = await from.changesSince(record);
    return use(toStorage, true, async (to) => {
      if ((await to.findStudy(newName)) !== undefined)
        throw studyExists(newName, to.label, 'give the copy another name');
      await copyTo(to, newName, record, trials);
      return { trials: trials.length, storageLabel: to.label, notes: trialNotes(record, trials) };
    });
  });
}

function use<T>(given: string | Storage, create: boolean, task: (storage: Storage) => Promise<T>): Promise<T> {
  return typeof given === 'object' ? task(given) : withStorage(given, { create }, task);
}

/** Builds the copy under a name that no other study has, and then gives it its own. */
async function copyTo(to: Storage, name: string, record: StudyRecord, trials: readonly FrozenTrial[]): Promise<void> {
  const { directions, userAttrs } = record;
  const systemAttrs = without(record.systemAttrs, TOKEN_KEY, CONCLUSION_KEY); // the copy is not concluded
  const copy = await to.createStudy({ name: `hpo-copy-${randomUUID()}`, directions, userAttrs, systemAttrs });
  try {
    for (const trial of trials) await to.createTrial(copy, templateOf(trial));
    await to.renameStudy(copy, name);
  } catch (error) {
    await to.deleteStudy(copy).catch(() => undefined);
    throw error;
  }
}

function templateOf(trial: FrozenTrial): TrialTemplate {
  const { state, values, intermediateValues, userAttrs, startedAt, completedAt } = trial;
  const params = Object.entries(trial.distributions).flatMap(([name, distribution]) => {
    const value = trial.params[name];
    return value === undefined ? [] : [{ name, value, distribution }];
  });
  return {
    state,
    params,
    ...(values !== null && { values }),
    intermediateValues,
    userAttrs,
    // The lease's holder writes to the original trial alone, whose checkpoints stay its own.
    systemAttrs: without(trial.systemAttrs, CHECKPOINTS_KEY, ...(state === 'RUNNING' ? [LEASE_KEY] : [])),
    ...(startedAt !== null && { startedAt }),
    ...(completedAt !== null && { completedAt }),
  };
}

function without(attributes: Attributes, ...keys: readonly string[]): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([key]) => !keys.includes(key)));
}
