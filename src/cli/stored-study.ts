import { HpoError } from '../base/errors.ts';
import { loadStudyFile } from '../runner/study-file.ts';
import type { Storage, StudyRecord } from '../storage/storage.ts';
import { parametersOf } from '../storage/trial-queries.ts';
import { withStorage } from '../storage/with-storage.ts';
import { findStudy } from '../study/find-study.ts';
import { liveHolders } from '../study/live-holders.ts';
import { boundNotes, studyNotes, trialNotes } from '../study/reading-notes.ts';
import type { StoredStudy } from '../study/stored-study.ts';
import { announcedWaiting } from './announced-waiting.ts';
import { printLine } from './print.ts';

/** The positional argument of commands that show a stored study. */
export const studyArgument = {
  type: 'string',
  describe: 'the name of the study, or its file (default: the only study there is)',
} as const;

/** The positional argument of commands that change a stored study, which therefore must be named. */
export const namedStudyArgument = {
  type: 'string',
  demandOption: true,
  describe: 'the name of the study, or its file',
} as const;

/** Whether the argument for a study is a file and not a name. */
export function isStudyFile(study: string): boolean {
  return /\.[cm]?[jt]s$/.test(study);
}

/** The name of a study that was given by its name or its file. */
export async function studyName(study: string): Promise<string> {
  return isStudyFile(study) ? (await loadStudyFile(study)).name : study;
}

/**
 * Opens a database and finds a study in it, and writes nothing.
 * @param study its name, its file, or undefined for the only one there is.
 * @throws the errors of {@link pickStudy}; HpoError HPO_STORAGE if there is no such database.
 */
export async function withStudy<T>(
  study: string | undefined,
  url: string,
  use: (storage: Storage, record: StudyRecord) => Promise<T>,
): Promise<T> {
  const name = study && (await studyName(study));
  return withStorage(url, { create: false, waiting: announcedWaiting }, async (storage) => {
    const record = await pickStudy(storage, name);
    note(studyNotes(record));
    return use(storage, record);
  });
}

/** Reads a study from a database with all its trials, and writes nothing. @throws the errors of {@link withStudy}. */
export function readStudy(study: string | undefined, url: string): Promise<StoredStudy> {
  return withStudy(study, url, readTrials);
}

/** Reads the trials of a study that was found. */
export async function readTrials(storage: Storage, record: StudyRecord): Promise<StoredStudy> {
  const { trials } = await storage.changesSince(record);
  note([...trialNotes(record, trials), ...boundNotes(parametersOf(trials))]);
  return { record, trials, storageLabel: storage.label };
}

/** Prints notes about the reading of a study. */
export function note(notes: readonly string[]): void {
  for (const each of notes) printLine(`hpo: ${each}`, process.stderr);
}

/**
 * Refuses to change a study while a process runs its trials or concludes it; a run that is paused is not noticed.
 * @param change the change: `delete`.
 * @throws HpoError HPO_INVALID_ARGUMENT naming the processes.
 */
export async function refuseWhileRun(storage: Storage, record: StudyRecord, change: string): Promise<void> {
  const live = await liveHolders(storage, record);
  if (live.length === 0) return;
  const problem = `The study '${record.name}' is being run by ${live.join(', ')}`;
  throw new HpoError(
    'HPO_INVALID_ARGUMENT',
    `${problem}; stop that first, or give --force to ${change} it all the same.`,
  );
}

/**
 * Finds a study in a storage.
 * @param name undefined for the only one there is.
 * @throws HpoError HPO_STUDY_NOT_FOUND naming the studies of the storage, HPO_INVALID_ARGUMENT if there are several.
 */
export async function pickStudy(storage: Storage, name: string | undefined): Promise<StudyRecord> {
  if (name !== undefined) return findStudy(storage, name);
  const records = await storage.listStudies();
  const [first, ...others] = records;
  if (first === undefined) throw new HpoError('HPO_NOTHING_TO_SHOW', `There is no study in ${storage.label}.`);
  if (others.length === 0) return first.directions.length === 0 ? findStudy(storage, first.name) : first;
  const names = records.map(({ name }) => `'${name}'`).join(', ');
  throw new HpoError('HPO_INVALID_ARGUMENT', `There are several studies in ${storage.label}; name one of ${names}.`);
}
