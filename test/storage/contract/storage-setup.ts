import type { Storage } from '../../../src/storage/storage.ts';

/** How the suite comes by storages of the kind that is tested. */
export interface StorageSetup {
  /** A new, empty storage. The suite closes it. */
  readonly open: () => Promise<Storage>;
  /** One more connection to what a storage keeps; left out where there cannot be one. */
  readonly openAgain?: (storage: Storage) => Promise<Storage>;
  /** Called after each test. */
  readonly cleanUp?: () => Promise<void>;
}
