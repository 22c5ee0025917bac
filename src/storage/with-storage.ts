import { openStorage } from './open-storage.ts';
import type { Storage } from './storage.ts';
import type { OpenStorageOptions } from './storage-kinds.ts';

/** Opens a storage, and closes it whatever becomes of its use. Throws as {@link openStorage}, and what `use` throws. */
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
