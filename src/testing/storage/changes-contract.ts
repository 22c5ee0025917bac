import { float } from '../../space/float-distribution.ts';
import { type Lease, leaseOf } from '../../storage/lease.ts';
import type { Cursor, Storage, StudyRecord } from '../../storage/storage.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { beforeEach, it } from '../check.ts';
import { expect } from '../expect.ts';
import { allTrials, expectError, HOLDER, trialOf } from './expectations.ts';
import type { StorageSetup } from './storage-setup.ts';

export function describeChanges({ open }: StorageSetup): void {
  let storage: Storage;
  let study: StudyRecord;
  let cursor: Cursor;
  beforeEach(async () => {
    storage = await open();
    study = await storage.createStudy({ name: 'a', directions: ['minimize'] });
    cursor = (await storage.changesSince(study)).cursor;
  });
  /** The trials that have changed since the last call, as number and state. */
  const changes = async () => {
    const { cursor: next, trials } = await storage.changesSince(study, cursor);
    cursor = next;
    return trials.map(({ number, state }) => `${number} ${state}`);
  };

  it('reports every change once', async () => {
    expect(await changes()).toEqual([]);
    const first = leaseOf(study, await storage.createTrial(study, { state: 'RUNNING' }));
    await storage.createTrial(study, { state: 'WAITING' });
    await storage.createTrial(study, { state: 'COMPLETE', values: [1] });
    expect(await changes()).toEqual(['0 RUNNING', '1 WAITING', '2 COMPLETE']);
    expect(await changes()).toEqual([]);

    await storage.setIntermediateValue(first, 1, 1);
    expect(await changes()).toEqual(['0 RUNNING']);
    await storage.setTrialAttrs(first, 'user', { k: 1 });
    expect(await changes()).toEqual(['0 RUNNING']);
    await storage.setTrialParams(first, [{ name: 'x', value: 1, distribution: float(0, 1) }]);
    expect(await changes()).toEqual(['0 RUNNING']);
    const second = leaseOf(study, (await storage.startTrial(study, { holder: HOLDER })) as FrozenTrial);
    expect(await changes()).toEqual(['1 RUNNING']);
    await storage.renew([second]);
    expect(await changes()).toEqual(['1 RUNNING']);
    await storage.requeueTrial(first, { keepReportsTo: null });
    expect(await changes()).toEqual(['0 WAITING']);
    const again = leaseOf(study, (await storage.startTrial(study, { holder: null })) as FrozenTrial);
    await storage.finishTrial(again, 'COMPLETE', [3]);
    expect(await changes()).toEqual(['0 COMPLETE']);
    await storage.createTrial(study, { state: 'FAIL' });
    await storage.setStudyAttr(study, 'user', 'k', 1);
    expect(await changes()).toEqual(['3 FAIL']);
    expect(await changes()).toEqual([]);
  });

  it('leaves the trials of other studies out', async () => {
    const other = await storage.createStudy({ name: 'b', directions: ['minimize'] });
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
    await storage.finishTrial(leaseOf(study, await trialOf(storage, study, 0)), 'FAIL', null);
    for (const _ of [1, 2]) {
      const { trials } = await storage.changesSince(study, early);
      expect(trials.map(({ number, state }) => `${number} ${state}`)).toEqual([
        '0 FAIL',
        ...[1, 2, 3, 4].map((n) => `${n} COMPLETE`),
      ]);
    }
  });

  it('adds up to all trials', async () => {
    const seen = new Map<number, unknown>();
    for (let n = 0; n < 40; n++) {
      const lease = leaseOf(study, await storage.createTrial(study, { state: 'RUNNING' }));
      await storage.setIntermediateValue(lease, 1, n);
      if (n % 3 === 0) await storage.finishTrial(lease, 'COMPLETE', [n]);
      if (n % 3 === 1) await storage.requeueTrial(lease, { keepReportsTo: 0 });
      if (n % 4 === 0) await storage.startTrial(study, { holder: n % 8 ? HOLDER : null, systemAttrs: { n } });
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
    const other = await storage.createStudy({ name: 'b', directions: ['minimize'] });
    await expectError(storage.changesSince(other, cursor), 'HPO_INVALID_ARGUMENT');
    const stranger = await open();
    const strange = await stranger.createStudy({ name: 'a', directions: ['minimize'] });
    await expectError(stranger.changesSince(strange, cursor), 'HPO_INVALID_ARGUMENT');
    await storage.deleteStudy(study);
    await expectError(storage.changesSince(study, cursor), 'HPO_STUDY_NOT_FOUND');
  });

  it('reports all changes to a reader that is thousands of writes behind', async () => {
    const [first, second] = [
      await storage.createTrial(study, { state: 'RUNNING' }),
      await storage.createTrial(study, { state: 'RUNNING' }),
    ].map((trial) => leaseOf(study, trial)) as [Lease, Lease];
    await changes();
    await storage.finishTrial(first, 'COMPLETE', [1]);
    for (let step = 0; step < 2_500; step++) await storage.setIntermediateValue(second, step, step);
    const { trials } = await storage.changesSince(study, cursor);
    expect(trials.map(({ state, intermediateValues }) => [state, intermediateValues.size])).toEqual([
      ['COMPLETE', 0],
      ['RUNNING', 2_500],
    ]);
  });
}
