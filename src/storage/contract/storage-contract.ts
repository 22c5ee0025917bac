import { afterEach, describe, expect } from 'vitest';
import { type ErrorCode, HpoError } from '../../errors.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import type { Storage } from '../storage.ts';
import { describeChanges } from './changes-contract.ts';
import { describeConnections } from './connections-contract.ts';
import { describeRoundTrips } from './round-trip-contract.ts';
import { describeStudies } from './study-contract.ts';
import { describeTrials } from './trial-contract.ts';

/** How the suite comes by storages of the kind that is tested. */
export interface StorageSetup {
  /** A new, empty storage. The suite closes it. */
  readonly open: () => Promise<Storage>;
  /** One more connection to what a storage keeps; left out where there cannot be one. */
  readonly openAgain?: (storage: Storage) => Promise<Storage>;
  /** Called after each test. */
  readonly cleanUp?: () => Promise<void>;
}

/**
 * Holds an implementation of {@link Storage} to everything that its contract promises within one process. Call it in
 * a vitest file.
 * @example
 * describeStorageContract('MemoryStorage', { open: async () => new MemoryStorage() });
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
      await setup.cleanUp?.();
    });
    describe('studies', () => describeStudies(tracked));
    describe('trials', () => describeTrials(tracked));
    describe('changesSince', () => describeChanges(tracked));
    describe('round trips', () => describeRoundTrips(tracked));
    describe.skipIf(openAgain === undefined)('two connections', () => describeConnections(tracked));
  });
}

/** Expects a rejection with an HpoError of this code, told in one line. */
export async function expectError(promise: Promise<unknown>, code: ErrorCode): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(HpoError);
  expect((error as HpoError).code).toBe(code);
  expect((error as HpoError).message).toMatch(/^[^\n]{10,}$/);
}

/** All trials of a study. */
export async function allTrials(storage: Storage, studyId: number): Promise<readonly FrozenTrial[]> {
  return (await storage.changesSince(studyId)).trials;
}

/** The trial of this number. */
export async function trialOf(storage: Storage, studyId: number, number: number): Promise<FrozenTrial> {
  const trial = (await allTrials(storage, studyId))[number];
  if (trial === undefined) throw new Error(`There is no trial ${number}.`);
  return trial;
}

/** A trial with its distributions as texts, to be compared with another as a whole. */
export function comparable(trial: FrozenTrial): object {
  const distributions = Object.entries(trial.distributions).map(([name, distribution]) => [name, `${distribution}`]);
  return { ...trial, distributions: Object.fromEntries(distributions) };
}
