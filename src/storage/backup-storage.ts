import { resolve } from 'node:path';
import { datedName } from './dated-name.ts';
import { defaultStorage } from './default-storage.ts';
import { backUp } from './sqlite/backup.ts';
import { withFile } from './sqlite/open-file.ts';
import { fileFor } from './upkeep.ts';
import type { Waiting } from './waiting.ts';

/** The database to copy, and the place of the copy. */
export interface BackupOptions {
  /** The URL of the database. Default: as for {@link createStudy}. */
  readonly storage?: string;
  /** The path of the copy. Default: beside the database, its name with the present time: `hpo-20261127-114500.db`. */
  readonly to?: string;
  /** Whether a file that is there already is replaced. Default false. */
  readonly overwrite?: boolean;
  /** The way to wait for a database that another program has locked. Default: 30 s, without a notice. */
  readonly waiting?: Waiting;
}

/** The result of {@link backupStorage}. */
export interface Backup {
  /** The absolute path of the copy. */
  readonly file: string;
  /** The name of the database. */
  readonly storageLabel: string;
}

/**
 * Copies a database as it is at one moment, by SQLite's online backup, while runs write to it. The copy is checked, and
 * appears under its name when it is whole and on the disk.
 *
 * @throws HpoError HPO_INVALID_ARGUMENT for a storage that is no file, naming what copies it, and for a copy that is
 *   there already or cannot be written; HPO_STORAGE if there is no such database, or it is damaged.
 */
export async function backupStorage(options: BackupOptions = {}): Promise<Backup> {
  const { storage = defaultStorage(), to, overwrite = false, waiting } = options;
  const file = await fileFor('backup', storage);
  const path = to === undefined ? datedName(file.path, '') : resolve(to);
  await withFile(file, waiting, ({ db }) => backUp(db, { path, overwrite }, file.label));
  return { file: path, storageLabel: file.label };
}
