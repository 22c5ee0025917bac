import { type ErrorCode, HpoError } from '../../base/errors.ts';
import type { Holder } from '../../storage/lease.ts';
import type { Storage } from '../../storage/storage.ts';
import type { StudyRef } from '../../storage/study-ref.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { expect } from '../expect.ts';

/** A coordinator. */
export const HOLDER: Holder = { id: 'one', graceMs: 120_000, process: { pid: 1 } };

/** Expects a rejection with an HpoError of this code, whose message is one line. */
export async function expectError(promise: Promise<unknown>, code: ErrorCode): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(HpoError.is(error)).toBe(true);
  expect((error as HpoError).code).toBe(code);
  expect((error as HpoError).message).toMatch(/^[^\n]{10,}$/);
}

/** All trials of a study. */
export async function allTrials(storage: Storage, study: StudyRef): Promise<readonly FrozenTrial[]> {
  return (await storage.changesSince(study)).trials;
}

/** The trial of this number. */
export async function trialOf(storage: Storage, study: StudyRef, number: number): Promise<FrozenTrial> {
  const trial = (await allTrials(storage, study))[number];
  if (trial === undefined) throw new Error(`There is no trial ${number}.`);
  return trial;
}

/** A trial with its distributions as texts, to be compared with another one as a whole. */
export function comparable(trial: FrozenTrial): object {
  const distributions = Object.entries(trial.distributions).map(([name, distribution]) => [name, `${distribution}`]);
  return { ...trial, distributions: Object.fromEntries(distributions) };
}
