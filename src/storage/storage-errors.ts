import { HpoError } from '../base/errors.ts';
import type { TrialState } from '../trial/frozen-trial.ts';

/** What every kind of storage answers where a study is not there. */
export function noStudy(studyId: number): HpoError {
  return new HpoError('HPO_INVALID_ARGUMENT', `There is no study with the id ${studyId}; was it deleted?`, {
    data: { studyId },
  });
}

/** … where a trial is not there. */
export function noTrial(trialId: number): HpoError {
  return new HpoError('HPO_INVALID_ARGUMENT', `There is no trial with the id ${trialId}; was its study deleted?`, {
    data: { trialId },
  });
}

/** … where a name is taken. */
export function studyExists(name: string): HpoError {
  return new HpoError('HPO_STUDY_EXISTS', `There is already a study named ${JSON.stringify(name)}.`, {
    data: { name },
  });
}

/** … where somebody writes to a trial that does not run. */
export function notRunning(trialId: number, number: number, state: TrialState): HpoError {
  return new HpoError('HPO_TRIAL_STATE', `Trial ${number} is ${state}; only a RUNNING trial can be written to.`, {
    data: { trialId, number, state },
  });
}

/** … where a cursor was given out by another storage, or for another study. */
export function foreignCursor(): HpoError {
  return new HpoError('HPO_INVALID_ARGUMENT', 'This cursor was given out by another storage or for another study.');
}

/** … where a study knows a parameter of this name that is incompatible; `problem` as `incompatibility` says it. */
export function paramDiffers(name: string, problem: string): HpoError {
  return new HpoError(
    'HPO_STUDY_DIFFERS',
    `The parameter ${JSON.stringify(name)} does not fit the study's earlier trials: ${problem}. Start a new study or give the parameter another name.`,
    { data: { name } },
  );
}
