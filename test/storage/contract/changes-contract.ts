import { beforeEach, expect, it } from 'vitest';
import { float } from '../../../src/space/float-distribution.ts';
import type { Cursor, Storage } from '../../../src/storage/storage.ts';
import { allTrials, expectError } from './expectations.ts';
import type { StorageSetup } from './storage-setup.ts';

export function describeChanges({ open }: StorageSetup): void {
  let storage: Storage;
  let study: number;
  let cursor: Cursor;
  beforeEach(async () => {
    storage = await open();
    study = (await storage.createStudy({ name: 'a', directions: ['minimize'] })).id;
    cursor = (await storage.changesSince(study)).cursor;
  });
  /** What has changed since the last call, as number and state. */
  const changes = async () => {
    const { cursor: next, trials } = await storage.changesSince(study, cursor);
    cursor = next;
    return trials.map(({ number, state }) => `${number} ${state}`);
  };

  it('tells of every change once', async () => {
    expect(await changes()).toEqual([]);
    const first = await storage.createTrial(study, { state: 'RUNNING' });
    await storage.createTrial(study, { state: 'WAITING' });
    await storage.createTrial(study, { state: 'COMPLETE', values: [1] });
    expect(await changes()).toEqual(['0 RUNNING', '1 WAITING', '2 COMPLETE']);
    expect(await changes()).toEqual([]);

    await storage.setIntermediateValue(first.id, 1, 1);
    expect(await changes()).toEqual(['0 RUNNING']);
    await storage.setTrialAttr(first.id, 'user', 'k', 1);
    expect(await changes()).toEqual(['0 RUNNING']);
    await storage.setTrialParams(first.id, [{ name: 'x', value: 1, distribution: float(0, 1) }]);
    expect(await changes()).toEqual(['0 RUNNING']);
    await storage.claimWaitingTrial(study, {});
    expect(await changes()).toEqual(['1 RUNNING']);
    await storage.requeueTrial(first.id, { keepReportsTo: null, systemAttrs: {} });
    expect(await changes()).toEqual(['0 WAITING']);
    await storage.claimWaitingTrial(study, {});
    await storage.finishTrial(first.id, 'COMPLETE', [3]);
    expect(await changes()).toEqual(['0 COMPLETE']);
    await storage.createTrial(study, { state: 'FAIL' });
    await storage.setStudyAttr(study, 'user', 'k', 1);
    expect(await changes()).toEqual(['3 FAIL']);
    expect(await changes()).toEqual([]);
  });

  it('leaves the trials of other studies out', async () => {
    const other = (await storage.createStudy({ name: 'b', directions: ['minimize'] })).id;
    await storage.createTrial(other, { state: 'COMPLETE', values: [1] });
    expect(await changes()).toEqual([]);
    await storage.createTrial(study, { state: 'COMPLETE', values: [1] });
    await storage.createTrial(other, { state: 'COMPLETE', values: [1] });
    expect(await changes()).toEqual(['0 COMPLETE']);
    expect(await allTrials(storage, other)).toHaveLength(2);
  });

  it('serves several readers, old cursors too', async () => {
    await storage.createTrial(study, { state: 'RUNNING' });
    const { cursor: early } = await storage.changesSince(study, cursor);
    for (let n = 1; n < 5; n++) {
      await storage.createTrial(study, { state: 'COMPLETE', values: [n] });
      expect(await changes()).toEqual(n === 1 ? ['0 RUNNING', '1 COMPLETE'] : [`${n} COMPLETE`]);
    }
    await storage.finishTrial((await allTrials(storage, study))[0]?.id as number, 'FAIL', null);
    for (const _ of [1, 2]) {
      const { trials } = await storage.changesSince(study, early);
      expect(trials.map(({ number, state }) => `${number} ${state}`)).toEqual([
        '0 FAIL',
        ...[1, 2, 3, 4].map((n) => `${n} COMPLETE`),
      ]);
    }
  });

  it('adds up to what there is', async () => {
    const seen = new Map<number, unknown>();
    for (let n = 0; n < 40; n++) {
      const { id } = await storage.createTrial(study, { state: 'RUNNING' });
      await storage.setIntermediateValue(id, 1, n);
      if (n % 3 === 0) await storage.finishTrial(id, 'COMPLETE', [n]);
      if (n % 3 === 1) await storage.requeueTrial(id, { keepReportsTo: 0, systemAttrs: {} });
      if (n % 4 === 0) await storage.claimWaitingTrial(study, { n });
      if (n % 5 === 0) {
        const changed = await storage.changesSince(study, cursor);
        cursor = changed.cursor;
        for (const trial of changed.trials) seen.set(trial.number, trial);
      }
    }
    for (const trial of (await storage.changesSince(study, cursor)).trials) seen.set(trial.number, trial);
    expect([...seen.keys()]).toEqual([...seen.keys()].sort((a, b) => a - b));
    expect([...seen.values()]).toEqual(await allTrials(storage, study));
  });

  it('refuses cursors of another study or storage, and of a study that is gone', async () => {
    const other = (await storage.createStudy({ name: 'b', directions: ['minimize'] })).id;
    await expectError(storage.changesSince(other, cursor), 'HPO_INVALID_ARGUMENT');
    const stranger = await open();
    const { id } = await stranger.createStudy({ name: 'a', directions: ['minimize'] });
    await expectError(stranger.changesSince(id, cursor), 'HPO_INVALID_ARGUMENT');
    await storage.deleteStudy(study);
    await expectError(storage.changesSince(study, cursor), 'HPO_INVALID_ARGUMENT');
  });

  it('tells somebody who is thousands of writes behind of all of them', async () => {
    const [first, second] = [
      await storage.createTrial(study, { state: 'RUNNING' }),
      await storage.createTrial(study, { state: 'RUNNING' }),
    ];
    await changes();
    await storage.finishTrial(first.id, 'COMPLETE', [1]);
    for (let step = 0; step < 2_500; step++) await storage.setIntermediateValue(second.id, step, step);
    const { trials } = await storage.changesSince(study, cursor);
    expect(trials.map(({ state, intermediateValues }) => [state, intermediateValues.size])).toEqual([
      ['COMPLETE', 0],
      ['RUNNING', 2_500],
    ]);
  });
}
