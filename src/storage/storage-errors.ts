import { HpoError } from '../base/errors.ts';
import type { TrialState } from '../trial/frozen-trial.ts';
import type { Lease } from './lease.ts';
import type { StudyRef } from './study-ref.ts';

// The errors that storages of every kind have in common.

/** HPO_STUDY_NOT_FOUND: the study was deleted. @param label names the storage. */
export function studyGone({ id, name }: StudyRef, label: string): HpoError {
  return new HpoError('HPO_STUDY_NOT_FOUND', `The study '${name}' is not in ${label} any more: it was deleted.`, {
    data: { id, name },
  });
}

/** Whether a study was deleted. */
export function isStudyGone(error: unknown): error is HpoError {
  return HpoError.is(error) && error.code === 'HPO_STUDY_NOT_FOUND';
}

/** HPO_STUDY_EXISTS: the name is taken. @param mend says how to go on. */
export function studyExists(
  name: string,
  label: string,
  mend = "continue it with ifExists: 'load', or give another name",
): HpoError {
  const problem = `There is a study '${name}' in ${label} already`;
  return new HpoError('HPO_STUDY_EXISTS', `${problem}; ${mend}.`, {
    data: { name },
  });
}

/** HPO_LEASE_LOST: the trial stands under another lease than the writer's. */
export function leaseLost({ trialId, attempt }: Lease, number: number): HpoError {
  const problem = `Trial ${number} was taken back from this process`;
  return new HpoError('HPO_LEASE_LOST', `${problem}; nothing more is stored of attempt ${attempt}.`, {
    data: { trialId, attempt, number },
  });
}

/** HPO_INVALID_ARGUMENT: the study has no such trial. */
export function noTrial({ trialId, study }: Lease): HpoError {
  return new HpoError('HPO_INVALID_ARGUMENT', `The study '${study.name}' has no trial with the id ${trialId}.`, {
    data: { trialId },
  });
}

/** HPO_INVALID_ARGUMENT: the study has no trial of this number. */
export function noSuchNumber(number: number, study: StudyRef, label: string): HpoError {
  return new HpoError('HPO_INVALID_ARGUMENT', `The study '${study.name}' in ${label} has no trial ${number}.`, {
    data: { number },
  });
}

/** HPO_TRIAL_STATE: a write to a trial that is not RUNNING. */
export function notRunning(trialId: number, number: number, state: TrialState): HpoError {
  return new HpoError('HPO_TRIAL_STATE', `Trial ${number} is ${state}; only a RUNNING trial can be written to.`, {
    data: { trialId, number, state },
  });
}

/**
 * Whether a write was refused because the trial does not belong to the writer any more: it was taken back, or finished.
 */
export function isTrialLost(error: unknown): error is HpoError {
  return HpoError.is(error) && (error.code === 'HPO_LEASE_LOST' || error.code === 'HPO_TRIAL_STATE');
}

/** A database file that was lost while it was open. */
export interface LostFile {
  readonly label: string;
  /** The file's name, or its path where the rescued one is in another folder. */
  readonly name: string;
  /** The fate of the file: `was deleted`. */
  readonly what: string;
  /** The file with the rescued content; undefined where none could be written, because of `problem`. */
  readonly rescued: string | undefined;
  readonly problem: unknown;
}

/** HPO_STORAGE: the path of an open database names nothing any more, or another file. */
export function fileLost({ label, name, what, rescued, problem }: LostFile): HpoError {
  const kept =
    rescued === undefined
      ? `what it held could not be kept: ${problem instanceof Error ? problem.message : problem}`
      : `all that it held is in ${rescued}; give that the name ${name} to go on.`;
  return new HpoError('HPO_STORAGE', `${label} ${what} while it was open; ${kept}`, {
    data: { label, rescued: rescued ?? null },
    cause: problem,
  });
}

/** Whether a storage's file was lost. Writes then go into a copy, for as long as the storage stays open. */
export function isFileLost(error: unknown): error is HpoError {
  return isStorageFault(error) && 'rescued' in error.data;
}

/** Whether the storage has failed, and not its caller: a lock, a disk, a file that is gone. */
export function isStorageFault(error: unknown): error is HpoError {
  return HpoError.is(error) && (error.code === 'HPO_STORAGE' || error.code === 'HPO_DISK');
}

/** Whether the storage has failed in a way that may pass by itself: a lock, or a server that is away. */
export function mayPass(error: unknown): boolean {
  return isStorageFault(error) && error.data.mayPass === true;
}

/** HPO_INVALID_ARGUMENT: a cursor was given out by another storage, or for another study. */
export function foreignCursor(): HpoError {
  return new HpoError('HPO_INVALID_ARGUMENT', 'This cursor was given out by another storage or for another study.');
}

/**
 * HPO_STUDY_DIFFERS: a study knows an incompatible parameter of this name.
 * @param problem the words of `incompatibility`.
 */
export function paramDiffers(name: string, problem: string): HpoError {
  return new HpoError(
    'HPO_STUDY_DIFFERS',
    `The parameter ${JSON.stringify(name)} does not fit the study's earlier trials: ${problem}. Start a new study or give the parameter another name.`,
    { data: { name } },
  );
}
