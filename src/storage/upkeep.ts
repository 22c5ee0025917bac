import { HpoError } from '../base/errors.ts';
import { ownValue } from '../base/own-value.ts';
import type { Examination, ExaminationOptions } from './examination.ts';
import { examineFile } from './sqlite/examination.ts';
import { forPostgres, type StorageFile, sqliteFile } from './storage-kinds.ts';

/** A task that hpo does for storages that are files. */
export type FileTask = 'backup' | 'repair';

/** The ways to look after storages of a kind. */
interface Upkeep {
  examine(url: string, options: ExaminationOptions): Promise<Examination>;
  /** The reason why hpo leaves a task to others, and what does it instead. */
  instead(task: FileTask, url: string): Promise<string>;
}

/** The way to look after a PostgreSQL database, loaded where one is named. */
const postgres: Upkeep = {
  async examine(url, options) {
    return (await import('./postgres/examination.ts')).examineServer(url, options);
  },
  async instead(task, url) {
    return (await import('./postgres/upkeep.ts')).instead(task, url);
  },
};

/** The kinds of storages that are no files, by the schemes of their URLs. */
const NO_FILES: Readonly<Record<string, Upkeep>> = forPostgres(postgres);

function upkeepOf(url: string): Upkeep | undefined {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(url)?.[1]?.toLowerCase();
  return scheme === undefined ? undefined : ownValue(NO_FILES, scheme);
}

/**
 * Examines a database: what it is kept in, its tables, and its rows. Only reads.
 * @throws HpoError HPO_INVALID_ARGUMENT for a storage that is no database; HPO_STORAGE or HPO_DISK where it cannot be
 *   opened at all.
 */
export async function examineDatabase(url: string, options: ExaminationOptions = {}): Promise<Examination> {
  const { examine } = upkeepOf(url) ?? { examine: examineSqlite };
  return examine(url, options);
}

async function examineSqlite(url: string, { waiting }: ExaminationOptions): Promise<Examination> {
  return examineFile(sqliteFile(url), { ...(waiting && { waiting }) });
}

/**
 * The file of a storage, for a task that only files need.
 * @throws HpoError HPO_INVALID_ARGUMENT for another storage, in a line that says what does it there.
 */
export async function fileFor(task: FileTask, url: string): Promise<StorageFile> {
  const instead = await upkeepOf(url)?.instead(task, url);
  if (instead !== undefined) throw new HpoError('HPO_INVALID_ARGUMENT', instead);
  return sqliteFile(url);
}

/** Whether `hpo repair` mends a storage of this kind. */
export function isRepairable(url: string): boolean {
  return upkeepOf(url) === undefined;
}
