import { HpoError } from '../errors.ts';
import { loadStudyFile } from '../runner/study-file.ts';
import type { StudyRecord } from '../storage/storage.ts';
import { withStorage } from '../storage/with-storage.ts';
import { findStudy } from '../study/find-study.ts';
import { bestOf } from '../trial/best-trial.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { paretoFront } from '../trial/pareto-front.ts';

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

/** The positional argument of commands that change a stored study, which therefore has to be named. */
export const namedStudyArgument = {
  type: 'string',
  demandOption: true,
  describe: 'the name of the study, or its file',
} as const;

/** Whether what was given for a study is a file and no name. */
export function isStudyFile(study: string): boolean {
  return /\.[cm]?[jt]s$/.test(study);
}

/** The name of a study that was given by its name or its file. */
export async function studyName(study: string): Promise<string> {
  return isStudyFile(study) ? (await loadStudyFile(study)).name : study;
}

/**
 * Reads a study from a database, and writes nothing.
 *
 * @param study its name, its file, or undefined for the only one there is.
 * @throws HpoError HPO_STUDY_NOT_FOUND naming those that are there, HPO_STORAGE if there is no such database.
 */
export async function readStudy(study: string | undefined, storageUrl: string): Promise<StoredStudy> {
  const name = study === undefined ? undefined : await studyName(study);
  return withStorage(storageUrl, { create: false }, async (storage) => {
    const record =
      name === undefined ? onlyOne(await storage.listStudies(), storage.url) : await findStudy(storage, name);
    const { trials } = await storage.changesSince(record.id);
    return { record, trials, storageUrl: storage.url };
  });
}

/**
 * One trial of a study: by its number, else the best one.
 * @throws HpoError HPO_NOTHING_TO_SHOW if there is no such trial, or none is complete; HPO_INVALID_ARGUMENT for the best
 *   of several directions, naming the trials to choose from.
 */
export function pickTrial(stored: StoredStudy, number: number | undefined): FrozenTrial {
  const { record, trials, storageUrl } = stored;
  if (number === undefined && record.directions.length > 1) throw manyBest(stored);
  const trial = number === undefined ? bestOf(trials, record.directions) : trials[number];
  if (trial !== undefined) return trial;
  if (number === undefined) throw noneComplete(stored);
  throw new HpoError(
    'HPO_NOTHING_TO_SHOW',
    `The study '${record.name}' in ${storageUrl} has no trial ${number}; it has ${trials.length}, counted from 0.`,
  );
}

/**
 * The best trials of a study: the best one, or for several directions all that no other dominates.
 * @throws HpoError HPO_NOTHING_TO_SHOW if none is complete.
 */
export function pickBest(stored: StoredStudy): readonly FrozenTrial[] {
  if (stored.record.directions.length === 1) return [pickTrial(stored, undefined)];
  const front = paretoFront(stored.trials, stored.record.directions);
  if (front.length === 0) throw noneComplete(stored);
  return front;
}

function noneComplete({ record, trials, storageUrl }: StoredStudy): HpoError {
  const has = `no complete trial among its ${trials.length}; \`hpo trials\` lists them`;
  return new HpoError('HPO_NOTHING_TO_SHOW', `The study '${record.name}' in ${storageUrl} has ${has}.`);
}

const MOST_NAMED = 10;

function manyBest(stored: StoredStudy): HpoError {
  const numbers = pickBest(stored).map((trial) => trial.number);
  const some = `${numbers.slice(0, MOST_NAMED).join(', ')}${numbers.length > MOST_NAMED ? ', …' : ''}`;
  const { name, directions } = stored.record;
  return new HpoError(
    'HPO_INVALID_ARGUMENT',
    `The study '${name}' has ${directions.length} directions and no single best trial; take one by --trial: ${some} (\`hpo best\` shows them).`,
  );
}

function onlyOne(records: readonly StudyRecord[], storageUrl: string): StudyRecord {
  const [first, ...others] = records;
  if (first === undefined) throw new HpoError('HPO_NOTHING_TO_SHOW', `There is no study in ${storageUrl}.`);
  if (others.length === 0) return first;
  const names = records.map(({ name }) => `'${name}'`).join(', ');
  throw new HpoError('HPO_INVALID_ARGUMENT', `There are several studies in ${storageUrl}; name one of ${names}.`);
}
