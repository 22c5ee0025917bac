import type { Storage } from '../../storage/storage.ts';

/** The way in which the suite gets storages of the tested kind. */
export interface StorageSetup {
  /** A new, empty storage. The suite closes it. */
  readonly open: () => Promise<Storage>;
  /** Opens one more connection to the data of a storage; left out where there cannot be one. */
  readonly openAgain?: (storage: Storage) => Promise<Storage>;
  /** The largest step of a report that the storage takes. Default: 2^53 − 1. */
  readonly largestStep?: number;
}
