import { openStorage } from './open-storage.ts';
import type { Storage } from './storage.ts';
import type { OpenStorageOptions } from './storage-kinds.ts';

/** Opens a storage, and closes it however its use ends. @throws the errors of {@link openStorage} and of `use`. */
export async function withStorage<T>(
  url: string,
  options: OpenStorageOptions,
  use: (storage: Storage) => Promise<T>,
): Promise<T> {
  const storage = await openStorage(url, options);
  try {
    return await use(storage);
  } finally {
    await storage.close();
  }
}
