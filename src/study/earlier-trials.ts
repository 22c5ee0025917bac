import { isObject } from '../base/is-object.ts';
import type { JsonValue } from '../base/json.ts';
import { type Refuse, wrongValue } from '../base/option-checks.ts';
import type { EarlierTrial } from '../history/history.ts';
import { tellingTrials } from '../sampler/telling-trials.ts';
import type { Storage, StudyRecord } from '../storage/storage.ts';
import { withStorage } from '../storage/with-storage.ts';
import { findStudy } from './find-study.ts';
import { EARLIER_KEY } from './study-keys.ts';

/** An earlier study to learn from: its name, with its storage where that is not the study's own. */
export type EarlierStudy = string | { readonly name: string; readonly storage?: string };

/** The trials of earlier studies that a study learns from and keeps, so that it does not depend on those any more. */
export type KeptEarlier = {
  readonly studies: readonly { readonly name: string; readonly storage: string; readonly trials: number }[];
  readonly trials: readonly { readonly params: Readonly<Record<string, JsonValue>>; readonly loss: number }[];
};

/** The most trials of earlier studies that a study keeps: of each of them an equal share. */
const MOST_TRIALS = 100;

/** Checks the option `transferFrom`. @param own the name of the study that has it. */
export function checkTransferFrom(transferFrom: unknown, own: string, fail: Refuse): void {
  if (transferFrom === undefined) return;
  if (!Array.isArray(transferFrom)) {
    fail(
      wrongValue(
        '`transferFrom`',
        transferFrom,
        "a list of studies: ['earlier', { name: 'other', storage: 'other.db' }]",
      ),
    );
  }
  for (const [at, study] of [...(transferFrom as readonly unknown[])].entries()) {
    const { name, storage = '' } = isObject(study) ? study : { name: study, storage: undefined };
    if (typeof name !== 'string' || typeof storage !== 'string' || name === '') {
      fail(wrongValue(`\`transferFrom[${at}]\``, study, 'the name of a study, or { name, storage }'));
    }
    if (name === own && storage === '') fail(`\`transferFrom[${at}]\` is this study; name another one.`);
  }
}

/**
 * Reads the trials of earlier studies that tell most, of each an equal share.
 *
 * @param own the storage of the study that is to learn from them.
 * @param fail throws; called for a study of several directions.
 * @throws HpoError HPO_STUDY_NOT_FOUND.
 */
export async function readEarlier(studies: readonly EarlierStudy[], own: Storage, fail: Refuse): Promise<KeptEarlier> {
  const share = Math.floor(MOST_TRIALS / studies.length);
  const read = await Promise.all(
    studies.map(async (study) => {
      const { name, storage } = typeof study === 'string' ? { name: study, storage: undefined } : study;
      const inStorage = async (opened: Storage) => {
        const record = await findStudy(opened, name);
        if (record.directions.length > 1) {
          fail(
            `\`transferFrom\` names '${name}', which has ${record.directions.length} directions; name studies of one.`,
          );
        }
        const { trials } = await opened.changesSince(record);
        const kept = tellingTrials(trials, record.directions[0], share) as KeptEarlier['trials'];
        return { study: { name, storage: opened.label, trials: trials.length }, trials: kept };
      };
      return storage === undefined ? inStorage(own) : withStorage(storage, { create: false }, inStorage);
    }),
  );
  return { studies: read.map(({ study }) => study), trials: read.flatMap(({ trials }) => trials) };
}

/** The trials of earlier studies that a study keeps, the best one first; undefined for a study that keeps none. */
export function earlierTrials({ systemAttrs }: Pick<StudyRecord, 'systemAttrs'>): readonly EarlierTrial[] | undefined {
  const kept = systemAttrs[EARLIER_KEY];
  if (!isObject(kept) || !Array.isArray(kept.trials)) return undefined;
  const trials = kept.trials.filter((trial): trial is EarlierTrial => {
    return isObject(trial) && isObject(trial.params) && Number.isFinite(trial.loss);
  });
  return trials.sort((a, b) => a.loss - b.loss).slice(0, MOST_TRIALS);
}

/** The names of the earlier studies that a study keeps trials of; undefined for a study that keeps none. */
export function earlierNames({ systemAttrs }: Pick<StudyRecord, 'systemAttrs'>): readonly string[] | undefined {
  const kept = systemAttrs[EARLIER_KEY];
  if (!isObject(kept) || !Array.isArray(kept.studies)) return undefined;
  return kept.studies.map((study) => (isObject(study) ? String(study.name) : ''));
}
