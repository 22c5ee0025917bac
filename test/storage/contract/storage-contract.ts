import { afterEach, describe } from 'vitest';
import type { Storage } from '../../../src/storage/storage.ts';
import { describeChanges } from './changes-contract.ts';
import { describeConnections } from './connections-contract.ts';
import { describeQueries } from './query-contract.ts';
import { describeRoundTrips } from './round-trip-contract.ts';
import type { StorageSetup } from './storage-setup.ts';
import { describeStudies } from './study-contract.ts';
import { describeTrials } from './trial-contract.ts';

/**
 * Tests everything that the contract of {@link Storage} promises within one process. Call it in a vitest file.
 * @example describeStorageContract('MemoryStorage', { open: async () => new MemoryStorage() });
 */
export function describeStorageContract(name: string, setup: StorageSetup): void {
  const opened: Storage[] = [];
  const track = async (storage: Promise<Storage>): Promise<Storage> => {
    opened.push(await storage);
    return storage;
  };
  const { openAgain } = setup;
  const tracked: StorageSetup = {
    open: () => track(setup.open()),
    ...(openAgain && { openAgain: (storage: Storage) => track(openAgain(storage)) }),
  };
  describe(`${name} keeps the storage contract`, () => {
    afterEach(async () => {
      for (const storage of opened.splice(0)) await storage.close();
    });
    describe('studies', () => describeStudies(tracked));
    describe('trials', () => describeTrials(tracked));
    describe('changesSince', () => describeChanges(tracked));
    describe('queries', () => describeQueries(tracked));
    describe('round trips', () => describeRoundTrips(tracked));
    describe.skipIf(openAgain === undefined)('two connections', () => describeConnections(tracked));
  });
}
