import { HpoError } from '../base/errors.ts';
import { ownValue } from '../base/own-value.ts';
import type { Storage } from './storage.ts';
import { KINDS_TEXT, type OpenStorageOptions, STORAGE_KINDS } from './storage-kinds.ts';
import type { Waiting } from './waiting.ts';

/**
 * Opens the storage that a URL names: `sqlite:///relative.db`, `sqlite:////absolute/file.db`, the bare path of an
 * SQLite file, or `memory:` (a new, empty one each time, which ends with the process). Relative paths start at the
 * working directory. Optuna takes the same `sqlite:` URLs.
 *
 * @throws HpoError HPO_INVALID_ARGUMENT for another kind of URL; HPO_STORAGE for a file that is missing or cannot be
 *   used, saying why.
 */
export async function openStorage(url: string, options: OpenStorageOptions): Promise<Storage> {
  // A scheme has two letters or more, since C:\ is a drive.
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(url)?.[1];
  const open = ownValue(STORAGE_KINDS, scheme?.toLowerCase() ?? 'sqlite');
  // The rest of the URL may hold a password, so the message leaves it out.
  if (open === undefined) {
    throw new HpoError('HPO_INVALID_ARGUMENT', `Storage of the kind ${scheme}: is not supported; ${KINDS_TEXT}.`);
  }
  return open(url, options);
}

/**
 * Opens a storage that there is already, to be used as one that {@link openStorage} may make.
 * @returns undefined where it is still to be made; nothing was written then.
 * @throws HpoError as {@link openStorage} does, for one that cannot be made, too.
 */
export async function openIfThere(url: string, waiting: Waiting): Promise<Storage | undefined> {
  try {
    return await openStorage(url, { create: 'later', waiting });
  } catch (error) {
    if (HpoError.is(error) && error.data.isMissing === true) return undefined;
    throw error;
  }
}
