import { join } from 'node:path';
import { expect, it } from 'vitest';
import { memoryFolder } from '../../../test/support/temp-folder.ts';
import { leaseOf } from '../lease.ts';
import { openStorage } from '../open-storage.ts';
import type { Storage, StudyRecord } from '../storage.ts';

/** Has a study's trials written to a new file, and read by a connection that knows none of them. */
async function reread<T>(
  write: (storage: Storage, study: StudyRecord) => Promise<unknown>,
  look: (storage: Storage, study: StudyRecord) => Promise<T>,
): Promise<T> {
  const file = join(memoryFolder(), 'studies.db');
  const writer = await openStorage(file, { create: true });
  const study = await writer.createStudy({ name: 'a', directions: ['minimize', 'maximize'] });
  await write(writer, study);
  await writer.close();
  const reader = await openStorage(file, { create: false });
  try {
    return await look(reader, study);
  } finally {
    await reader.close();
  }
}

it('has the values of COMPLETE trials that meet their constraints, and of no other trial', async () => {
  const results = await reread(
    async (storage, study) => {
      await storage.createTrial(study, { state: 'COMPLETE', values: [1, 2] });
      await storage.createTrial(study, { state: 'PRUNED', values: [3, 4] });
      await storage.createTrial(study, { state: 'COMPLETE', values: [5, 6], systemAttrs: { 'constraints:c': 0.5 } });
      await storage.createTrial(study, { state: 'COMPLETE', values: [7, 8], systemAttrs: { 'constraints:c': -0.5 } });
      await storage.createTrial(study, { state: 'FAIL' });
    },
    (storage, study) => storage.results(study),
  );
  expect(results.map(({ number, values }) => [number, values])).toEqual([
    [0, [1, 2]],
    [3, [7, 8]],
  ]);
});

it('stores the parts of a trial that ends where they are read', async () => {
  const trial = await reread(
    async (storage, study) => {
      const lease = leaseOf(study, await storage.createTrial(study, { state: 'RUNNING' }));
      await storage.setTrialAttrs(lease, 'user', { note: 'good' });
      await storage.setIntermediateValue(lease, 3, 0.5, { accuracy: 0.9 });
      await storage.finishTrial(lease, 'COMPLETE', [1, 2], { 'hpo:reason': 'done' });
    },
    (storage, study) => storage.trial(study, 0),
  );
  expect(trial).toMatchObject({
    state: 'COMPLETE',
    values: [1, 2],
    userAttrs: { note: 'good' },
    systemAttrs: { 'hpo:reason': 'done' },
  });
  expect([...(trial?.intermediateValues ?? [])]).toEqual([[3, 0.5]]);
  expect(trial?.userAttrs).not.toHaveProperty('hpo:reason');
});
