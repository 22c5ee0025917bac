import { HpoError } from '../base/errors.ts';
import type { Check } from './check.ts';
import type { StorageSetup } from './storage/storage-setup.ts';

/**
 * The checks of everything that the contract of {@link Storage} promises within one process: of trials and their
 * leases, of changes, listings, any text and number, and, with `openAgain`, of two connections at once.
 *
 * @throws HpoError HPO_INSTALLATION where `fast-check` is not installed, from which the random data come.
 * @example
 * for (const { name, run } of await storageChecks({ open: async () => new MyStorage() })) test(name, run);
 */
export async function storageChecks(setup: StorageSetup): Promise<readonly Check[]> {
  const { contractChecks } = await import('./storage/storage-contract.ts').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    const mend = 'npm install --save-dev fast-check';
    throw new HpoError('HPO_INSTALLATION', `storageChecks() needs fast-check; install it: ${mend}`, { cause: error });
  });
  return contractChecks(setup);
}
