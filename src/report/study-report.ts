import { HpoError } from '../base/errors.ts';
import type { StoredStudy } from '../study/stored-study.ts';
import { isFinished } from '../trial/frozen-trial.ts';
import { gatherReport } from './gather.ts';
import { reportPage } from './page.ts';
import { readRetrained } from './retrained.ts';

/**
 * The report of a study, with the results of its retraining in `runs/<study>/retrain/`.
 *
 * @param script the page's: {@link pageScript}.
 * @param images whether the pictures of the winner's images are in it.
 * @param readAt the time at which the trials were read.
 * @throws HpoError HPO_NOTHING_TO_SHOW while no trial is finished.
 */
export function studyReport(stored: StoredStudy, script: string, images: boolean, readAt: Date): string {
  const { record, trials, storageLabel } = stored;
  if (!trials.some(({ state }) => isFinished(state))) {
    const has = `no finished trial among its ${trials.length}`;
    throw new HpoError('HPO_NOTHING_TO_SHOW', `The study '${record.name}' in ${storageLabel} has ${has} to report.`);
  }
  return reportPage(gatherReport(stored, readRetrained(record.name, undefined, images), readAt), script);
}
