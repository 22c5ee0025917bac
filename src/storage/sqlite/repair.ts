import { dirname } from 'node:path';
import type { Database } from 'better-sqlite3';
import Sqlite from 'better-sqlite3';
import { HpoError } from '../../base/errors.ts';
import { removeUnusedSync } from '../../base/remove-unused.ts';
import { networkFileSystem } from '../../machine/file-system.ts';
import { datedName } from '../dated-name.ts';
import type { StorageFile } from '../storage-kinds.ts';
import type { Waiting } from '../waiting.ts';
import { backUp } from './backup.ts';
import { CHECKS } from './checks/index.ts';
import { integrityProblems } from './integrity.ts';
import { withFile } from './open-file.ts';
import { copyRaw, replaceDatabase, salvage, salvageText } from './salvage.ts';

/** The options of {@link repairFile}. */
export interface RepairOptions {
  readonly waiting?: Waiting;
  /** Called with a line for people after each thing that was done. */
  readonly onDone: (line: string) => void;
  /** Names the network file system of a folder. Default: {@link networkFileSystem}. */
  readonly networkOf?: (folder: string) => string | undefined;
}

/**
 * Mends a database file as far as it can be mended, after a backup beside it: of a damaged one the rows that can be
 * read go into a new file that takes its place; then the rows are set right as the checks know it, in one transaction.
 *
 * @throws HpoError HPO_STORAGE where another program uses a damaged file, or nothing of it can be read; the errors of
 *   the backup, without which nothing is changed.
 */
export async function repairFile(file: StorageFile, options: RepairOptions): Promise<void> {
  const { waiting, onDone } = options;
  const copy = datedName(file.path, 'before-repair-');
  const isDamaged = await withFile(file, waiting, ({ db }) => integrityProblems(db).length > 0);
  if (isDamaged) {
    const copies = await copyRaw(file.path, copy);
    onDone(`copied the damaged files to ${copies.join(' and ')}`);
    await salvageFile(file, options);
  } else {
    await withFile(file, waiting, ({ db }) => backUp(db, { path: copy, overwrite: false }, file.label));
    onDone(`copied ${file.label} to ${copy}`);
  }
  await withFile(file, waiting, ({ db }) => mend(db, file, options));
}

/** Puts a new database with the rows that can be read in the place of a damaged one. */
async function salvageFile(file: StorageFile, { waiting, onDone }: RepairOptions): Promise<void> {
  const whole = datedName(file.path, 'salvaged-');
  try {
    const tables = await withFile(file, waiting, ({ db }) => {
      requireAlone(db, file.label);
      return salvage(db, whole);
    });
    if (!tables.some(({ table, rows }) => table === 'studies' && rows > 0)) {
      const mend = 'restore it from a backup';
      throw new HpoError(
        'HPO_STORAGE',
        `Of ${file.label} no study can be read any more; nothing was changed: ${mend}.`,
      );
    }
    await replaceDatabase(file.path, whole);
    for (const line of salvageText(tables)) onDone(line);
  } finally {
    for (const suffix of ['', '-wal', '-shm', '-journal']) removeUnusedSync(whole + suffix);
  }
}

/** Refuses a file that another program has open, as far as SQLite's locks show it. */
function requireAlone(db: Database, label: string): void {
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    db.exec('BEGIN EXCLUSIVE; COMMIT');
  } catch (error) {
    if (!(error instanceof Sqlite.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code))) return; // damaged, too
    throw new HpoError('HPO_STORAGE', `${label} is damaged, and another program has it open; end that first.`);
  }
}

function mend(db: Database, { path }: StorageFile, { onDone, networkOf = networkFileSystem }: RepairOptions): void {
  const mendRows = db.transaction(() => CHECKS.flatMap((check) => check.mend(db)));
  for (const line of mendRows.immediate()) onDone(line);
  const network = networkOf(dirname(path));
  if (network === undefined || db.pragma('journal_mode', { simple: true }) !== 'wal') return;
  db.pragma('journal_mode = DELETE'); // an error where another program has the file open
  onDone(`gave the database a rollback journal, since it is on ${network}`);
}
