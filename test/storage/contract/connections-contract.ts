import { beforeEach, expect, it } from 'vitest';
import { float } from '../../../src/space/float-distribution.ts';
import { int } from '../../../src/space/int-distribution.ts';
import type { Storage } from '../../../src/storage/storage.ts';
import { allTrials, comparable, expectError } from './expectations.ts';
import type { StorageSetup } from './storage-setup.ts';

export function describeConnections({ open, openAgain }: StorageSetup): void {
  let one: Storage;
  let two: Storage;
  let study: number;
  beforeEach(async () => {
    one = await open();
    two = await (openAgain as NonNullable<typeof openAgain>)(one);
    study = (await one.createStudy({ name: 'a', directions: ['minimize'] })).id;
  });

  it('see each other at once', async () => {
    expect((await two.findStudy('a'))?.id).toBe(study);
    await expectError(two.createStudy({ name: 'a', directions: ['minimize'] }), 'HPO_STUDY_EXISTS');
    let { cursor } = await two.changesSince(study);
    const seen = async () => {
      const changes = await two.changesSince(study, cursor);
      cursor = changes.cursor;
      return changes.trials.map(({ number, state }) => `${number} ${state}`);
    };
    const trial = await one.createTrial(study, { state: 'RUNNING' });
    expect(await seen()).toEqual(['0 RUNNING']);
    await one.setIntermediateValue(trial.id, 1, 1);
    expect(await seen()).toEqual(['0 RUNNING']);
    expect(await seen()).toEqual([]);
    await two.setIntermediateValue(trial.id, 2, 1);
    await one.finishTrial(trial.id, 'COMPLETE', [1]);
    expect(await seen()).toEqual(['0 COMPLETE']);
    await one.createTrial(study, { state: 'FAIL' });
    await two.createTrial(study, { state: 'FAIL' });
    expect(await seen()).toEqual(['1 FAIL', '2 FAIL']);
    await expectError(two.finishTrial(trial.id, 'FAIL', null), 'HPO_TRIAL_STATE');
    expect((await allTrials(two, study)).map(comparable)).toEqual((await allTrials(one, study)).map(comparable));
  });

  it('number without gaps', async () => {
    const created = await Promise.all(
      Array.from({ length: 40 }, (_, n) => (n % 2 ? one : two).createTrial(study, { state: 'RUNNING' })),
    );
    expect(created.map(({ number }) => number).sort((a, b) => a - b)).toEqual(created.map((_, n) => n));
  });

  it('claim each WAITING trial once', async () => {
    for (let n = 0; n < 20; n++) await one.createTrial(study, { state: 'WAITING' });
    const claimed = await Promise.all(
      Array.from({ length: 30 }, (_, n) => (n % 2 ? one : two).claimWaitingTrial(study, {})),
    );
    const numbers = claimed.flatMap((trial) => trial?.number ?? []).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  it('requeue a trial once', async () => {
    const { id } = await one.createTrial(study, { state: 'RUNNING', systemAttrs: { owner: 1 } });
    const requeue = { keepReportsTo: null, systemAttrs: { owner: null }, onlyIf: { owner: 1 } };
    expect(await Promise.all([one.requeueTrial(id, requeue), two.requeueTrial(id, requeue)])).toEqual([true, false]);
    await two.claimWaitingTrial(study, { owner: 2 });
    expect(await one.requeueTrial(id, requeue)).toBe(false);
  });

  it('refuse parameters that are incompatible with those of the other', async () => {
    const [a, b] = [
      await one.createTrial(study, { state: 'RUNNING' }),
      await two.createTrial(study, { state: 'RUNNING' }),
    ];
    await one.setTrialParams(a.id, [{ name: 'x', value: 0.5, distribution: float(0, 1) }]);
    const other = [{ name: 'x', value: 1, distribution: int(0, 1) }];
    await expectError(two.setTrialParams(b.id, other), 'HPO_STUDY_DIFFERS');
  });

  it('notice that the other has deleted a study and made another in its place', async () => {
    await one.createTrial(study, { state: 'WAITING' });
    const { cursor } = await two.changesSince(study);
    await two.claimWaitingTrial(study, {});
    await one.deleteStudy(study);
    await expectError(two.changesSince(study, cursor), 'HPO_INVALID_ARGUMENT');
    await expectError(two.claimWaitingTrial(study, {}), 'HPO_INVALID_ARGUMENT');
    await expectError(two.createTrial(study, { state: 'RUNNING' }), 'HPO_INVALID_ARGUMENT');
    const again = (await one.createStudy({ name: 'a', directions: ['minimize'] })).id;
    await one.createTrial(again, { state: 'WAITING' });
    expect((await two.claimWaitingTrial(again, {}))?.number).toBe(0);
    expect(await allTrials(two, again)).toHaveLength(1);
  });
}
