import type { Storage } from '../../storage/storage.ts';
import { afterEach, type Check, checksOf, describe } from '../check.ts';
import { describeChanges } from './changes-contract.ts';
import { describeConnections } from './connections-contract.ts';
import { describeQueries } from './query-contract.ts';
import { describeRoundTrips } from './round-trip-contract.ts';
import type { StorageSetup } from './storage-setup.ts';
import { describeStudies } from './study-contract.ts';
import { describeTrials } from './trial-contract.ts';

/**
 * The checks of everything that the contract of {@link Storage} promises within one process.

 */
export function contractChecks(setup: StorageSetup): readonly Check[] {
  const opened: Storage[] = [];
  const track = async (storage: Promise<Storage>): Promise<Storage> => {
    opened.push(await storage);
    return storage;
  };
  const { openAgain } = setup;
  const tracked: StorageSetup = {
    ...setup,
    open: () => track(setup.open()),
    ...(openAgain && { openAgain: (storage: Storage) => track(openAgain(storage)) }),
  };
  return checksOf(() => {
    afterEach(async () => {
      for (const storage of opened.splice(0)) await storage.close();
    });
    describe('studies', () => describeStudies(tracked));
    describe('trials', () => describeTrials(tracked));
    describe('changesSince', () => describeChanges(tracked));
    describe('queries', () => describeQueries(tracked));
    describe('round trips', () => describeRoundTrips(tracked));
    if (openAgain !== undefined) describe('two connections', () => describeConnections(tracked));
  });
}
