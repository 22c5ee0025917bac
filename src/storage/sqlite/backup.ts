import { randomUUID } from 'node:crypto';
import { existsSync, linkSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Database } from 'better-sqlite3';
import Sqlite from 'better-sqlite3';
import { HpoError } from '../../base/errors.ts';
import { fileProblem } from '../../base/file-problem.ts';
import { flushPath } from '../../base/flush-folder.ts';
import { removeUnusedSync } from '../../base/remove-unused.ts';
import { networkFileSystem } from '../../machine/file-system.ts';
import { integrityProblems } from './integrity.ts';
import { keepAlive } from './kept-alive.ts';

/** The files that SQLite may keep beside a database. */
const BESIDE = ['-wal', '-shm', '-journal'] as const;

/** SQLite's errors that a copy causes, and not the database, which is open already. */
const OF_TARGET = /^SQLITE_(FULL|CANTOPEN|READONLY)/;

/** The time after which a copy that other programs' locks keep from going on is given up. */
const LIMIT_MS = 30_000;

/** The place of a copy. */
export interface BackupTarget {
  readonly path: string;
  /** Whether a file that is there already is replaced. */
  readonly overwrite: boolean;
}

/**
 * Copies an open database as it is at one moment, while others write to it. The copy appears under its name when it is
 * whole, checked and on the disk.
 *
 * @param label names the database in messages.
 * @throws HpoError HPO_INVALID_ARGUMENT where the file is there and is not to be replaced, or cannot be written;
 *   HPO_STORAGE for a database that is damaged; SQLite's own errors.
 */
export async function backUp(db: Database, { path, overwrite }: BackupTarget, label: string): Promise<void> {
  refuseTarget(path, overwrite);
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    await copyAtOnce(db, temporary, label);
    checkCopy(temporary, label);
    await flushPath(temporary);
    if (overwrite) renameSync(temporary, path);
    else putBeside(temporary, path);
    await flushPath(dirname(path));
  } catch (error) {
    if (HpoError.is(error) || (error instanceof Sqlite.SqliteError && !OF_TARGET.test(error.code))) throw error;
    throw refused(path, fileProblem(path, error), error);
  } finally {
    for (const suffix of ['', ...BESIDE]) removeUnusedSync(temporary + suffix);
  }
}

/** Refuses a path at which a copy cannot be put. */
function refuseTarget(path: string, overwrite: boolean): void {
  if (!existsSync(dirname(path))) throw refused(path, `there is no folder ${dirname(path)}; make it first`);
  if (!existsSync(path)) return;
  if (!overwrite) throw refused(path, 'it is there already; give another name, or --force');
  // SQLite would take what is in a log beside it for a part of the copy.
  const beside = BESIDE.find((suffix) => existsSync(path + suffix));
  if (beside !== undefined) throw refused(path, `${basename(path)}${beside} shows that a program uses it`);
}

function refused(path: string, problem: string, cause?: unknown): HpoError {
  return new HpoError('HPO_INVALID_ARGUMENT', `The copy ${path} cannot be written: ${problem}.`, {
    data: { path },
    cause,
  });
}

/** Copies all pages in one step, since SQLite begins again whenever another program writes between two steps. */
async function copyAtOnce(db: Database, to: string, label: string): Promise<void> {
  const startedAt = performance.now();
  await db.backup(to, {
    progress: () => {
      if (performance.now() - startedAt <= LIMIT_MS) return Number.MAX_SAFE_INTEGER;
      throw new HpoError('HPO_STORAGE', `${label} has been locked by another program for too long; try again later.`);
    },
  });
}

/** Checks a copy, and gives it a rollback journal on a network file system. */
function checkCopy(path: string, label: string): void {
  const copy = keepAlive(new Sqlite(path, { fileMustExist: true }));
  try {
    const [problem] = integrityProblems(copy);
    if (problem !== undefined) {
      const mend = 'rescue what can be read with hpo repair';
      throw new HpoError('HPO_STORAGE', `${label} is damaged, and so is its copy (${problem}); ${mend}.`);
    }
    if (networkFileSystem(dirname(path)) !== undefined) copy.pragma('journal_mode = DELETE');
  } finally {
    copy.close();
  }
}

/** Gives a file its name unless another one has it by now. */
function putBeside(temporary: string, path: string): void {
  try {
    linkSync(temporary, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw refused(path, 'it is there already; give another name, or --force', error);
    if (existsSync(path)) throw error;
    renameSync(temporary, path); // the file system has no hard links
  }
}
