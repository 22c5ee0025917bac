import Sqlite from 'better-sqlite3';
import { HpoError } from '../../base/errors.ts';
import { addonProblem } from '../../base/native-addon.ts';

const REASONS: readonly (readonly [code: RegExp, says: string])[] = [
  [/^SQLITE_(BUSY|LOCKED)/, 'has been locked by another program for too long; try again when that is done'],
  [/^SQLITE_NOTADB/, 'is not an SQLite database; name another file'],
  [
    /^SQLITE_(READONLY|PERM|AUTH)/,
    'cannot be written to; check the permissions of the file and of its folder, or name another by --storage',
  ],
  [
    /^SQLITE_CANTOPEN/,
    'cannot be opened; check the permissions of the file and of its folder, or name another by --storage',
  ],
  [/^SQLITE_FULL/, 'cannot be written to because the disk is full; free some space'],
  [/^SQLITE_IOERR/, 'cannot be read or written because the disk reports an error'],
  [/^SQLITE_CORRUPT/, 'is damaged; restore it from a copy, or rescue what can be read with hpo repair'],
];

/**
 * Turns an error of SQLite's into one line for the user: HPO_STORAGE, HPO_DISK, or HPO_INSTALLATION where SQLite cannot
 * be loaded. Other errors are returned as they are.
 */
export function storageError(label: string, error: unknown): unknown {
  if (!(error instanceof Sqlite.SqliteError)) return addonProblem('better-sqlite3', error) ?? error;
  const { code, message } = error;
  const reason = REASONS.find(([pattern]) => pattern.test(code))?.[1];
  const kind = /^SQLITE_(FULL|IOERR)/.test(code) ? 'HPO_DISK' : 'HPO_STORAGE';
  return new HpoError(kind, reason ? `${label} ${reason}.` : `${label}: SQLite says ${message} (${code}).`, {
    data: { label, code, mayPass: /^SQLITE_(BUSY|LOCKED)/.test(code) },
    cause: error,
  });
}
