import { join } from 'node:path';
import { openStorage } from '../../src/storage/index.ts';
import type { FrozenTrial } from '../../src/trial/frozen-trial.ts';

/** The trials of the study `study` in a folder's `hpo.db`; none where the study does not exist. */
export function storedTrials(folder: string): Promise<readonly FrozenTrial[]> {
  return trialsIn(join(folder, 'hpo.db'));
}

/** The trials of the study `study` in the storage that a URL names; none where the study does not exist. */
export async function trialsIn(url: string): Promise<readonly FrozenTrial[]> {
  const storage = await openStorage(url, { create: false });
  try {
    const record = await storage.findStudy('study');
    return record === undefined ? [] : (await storage.changesSince(record)).trials;
  } finally {
    await storage.close();
  }
}

/** The number of trials in each state that occurs. */
export function countStates(trials: readonly FrozenTrial[]): Record<string, number> {
  const states: Record<string, number> = {};
  for (const { state } of trials) states[state] = (states[state] ?? 0) + 1;
  return states;
}
