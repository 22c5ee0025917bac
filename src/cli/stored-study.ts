import { HpoError } from '../errors.ts';
import { loadStudyFile } from '../runner/study-file.ts';
import { openStorage } from '../storage/open-storage.ts';
import type { StudyRecord } from '../storage/storage.ts';
import { findStudy } from '../study/find-study.ts';
import { bestOf } from '../trial/best-trial.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';

/** A study as a database has it. */
export interface StoredStudy {
  readonly record: StudyRecord;
  readonly trials: readonly FrozenTrial[];
  readonly storageUrl: string;
}

/** The positional argument of commands that show a stored study. */
export const studyArgument = {
  type: 'string',
  describe: 'the name of the study, or its file (default: the only study there is)',
} as const;

/**
 * Reads a study from a database, and writes nothing.
 *
 * @param study its name, its file, or undefined for the only one there is.
 * @throws HpoError HPO_STUDY_NOT_FOUND naming those that are there, HPO_STORAGE if there is no such database.
 */
export async function readStudy(study: string | undefined, storageUrl: string): Promise<StoredStudy> {
  const name = study !== undefined && /\.[cm]?[jt]s$/.test(study) ? (await loadStudyFile(study)).name : study;
  const storage = await openStorage(storageUrl, { create: false });
  try {
    const record =
      name === undefined ? onlyOne(await storage.listStudies(), storage.url) : await findStudy(storage, name);
    const { trials } = await storage.changesSince(record.id);
    return { record, trials, storageUrl: storage.url };
  } finally {
    await storage.close();
  }
}

/**
 * One trial of a study: by its number, else the best one.
 * @throws HpoError HPO_NOTHING_TO_SHOW if there is no such trial, or none is complete.
 */
export function pickTrial({ record, trials, storageUrl }: StoredStudy, number: number | undefined): FrozenTrial {
  const trial = number === undefined ? bestOf(trials, record.directions) : trials[number];
  if (trial !== undefined) return trial;
  const has =
    number === undefined
      ? `no complete trial among its ${trials.length}; \`hpo trials\` lists them`
      : `no trial ${number}; it has ${trials.length}, counted from 0`;
  throw new HpoError('HPO_NOTHING_TO_SHOW', `The study '${record.name}' in ${storageUrl} has ${has}.`);
}

function onlyOne(records: readonly StudyRecord[], storageUrl: string): StudyRecord {
  const [first, ...others] = records;
  if (first === undefined) throw new HpoError('HPO_NOTHING_TO_SHOW', `There is no study in ${storageUrl}.`);
  if (others.length === 0) return first;
  const names = records.map(({ name }) => `'${name}'`).join(', ');
  throw new HpoError('HPO_INVALID_ARGUMENT', `There are several studies in ${storageUrl}; name one of ${names}.`);
}
