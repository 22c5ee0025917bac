import type { StorageFile } from '../storage-kinds.ts';
import type { Waiting } from '../waiting.ts';
import { type Connection, openAnySchema } from './connection.ts';
import { Patience } from './patience.ts';
import { storageError } from './sqlite-error.ts';

/**
 * Opens a file, whatever tables it has, and closes it however its use ends.
 * @throws HpoError HPO_STORAGE or HPO_DISK where it cannot be used; the errors of `use`.
 */
export async function withFile<T>(
  { path, label }: StorageFile,
  waiting: Waiting | undefined,
  use: (connection: Connection) => Promise<T> | T,
): Promise<T> {
  let connection: Connection | undefined;
  try {
    connection = await new Patience(label, waiting).read(() =>
      openAnySchema(path, { label, create: false, ...(waiting && { waiting }) }),
    );
    return await use(connection);
  } catch (error) {
    throw storageError(label, error);
  } finally {
    connection?.db.close();
  }
}
