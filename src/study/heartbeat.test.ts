import { beforeEach, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { heldLease, type Lease, leaseOf } from '../storage/lease.ts';
import { MemoryStorage } from '../storage/memory/memory-storage.ts';
import type { StudyRecord } from '../storage/storage.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { Heartbeat } from './heartbeat.ts';
import { Liveness } from './liveness.ts';

const GRACE_MS = 60_000;

/** A storage that renews leases when the test says so, as one that waits for a lock does. */
class SlowStorage extends MemoryStorage {
  /** The renewals that wait; undefined while none has to. */
  waiting: (() => void)[] | undefined;
  renewals = 0;

  override async renew(leases: readonly Lease[]): Promise<readonly Lease[]> {
    this.renewals++;
    const { waiting } = this;
    if (waiting !== undefined) await new Promise<void>((resolve) => void waiting.push(resolve));
    return super.renew(leases);
  }
}

let storage: SlowStorage;
let record: StudyRecord;
let clock: FakeClock;
let heartbeat: Heartbeat;
beforeEach(async () => {
  storage = new SlowStorage();
  record = await storage.createStudy({ name: 'study', directions: ['minimize'] });
  clock = new FakeClock();
  heartbeat = new Heartbeat(storage, clock, GRACE_MS, new Liveness(clock));
});

const turn = () => new Promise((resolve) => setImmediate(resolve));
const counters = async () => (await storage.leases(record)).map(({ counter }) => counter);

async function start(id = 'own'): Promise<Lease> {
  const trial = await storage.startTrial(record, { holder: { id, graceMs: GRACE_MS, process: null } });
  return leaseOf(record, trial as FrozenTrial);
}

const unexpected = () => {
  throw new Error('It was lost.');
};

it('renews each lease several times within its grace time', async () => {
  for (let trial = 0; trial < 2; trial++) heartbeat.add(await start(), unexpected);
  expect(clock.timers).toBe(1);
  await clock.advance(GRACE_MS);
  expect(await counters()).toEqual([6, 6]);
});

it('renews no lease that is removed, and rests when none is left', async () => {
  const [one, two] = [await start(), await start()];
  heartbeat.add(one, unexpected);
  heartbeat.add(two, unexpected);
  await clock.advance(GRACE_MS / 6);
  heartbeat.remove(one);
  await clock.advance(GRACE_MS / 6);
  expect(await counters()).toEqual([1, 2]);
  heartbeat.remove(two);
  await clock.advance(GRACE_MS / 6);
  expect(clock.timers).toBe(0);
  heartbeat.add(one, unexpected);
  await clock.advance(GRACE_MS / 6);
  expect(await counters()).toEqual([2, 2]);
  heartbeat.stop();
  expect(clock.timers).toBe(0);
});

it('reports each lease that is lost', async () => {
  const [one, two] = [await start(), await start()];
  const lost: string[] = [];
  heartbeat.add(one, () => void lost.push('one'));
  heartbeat.add(two, () => void lost.push('two'));
  await storage.requeueTrial(one, { keepReportsTo: null });
  await start('another'); // takes the trial
  await clock.advance(GRACE_MS / 6);
  expect(lost).toEqual(['one']);
  expect(heldLease((await storage.trial(record, 1))?.systemAttrs ?? {})?.counter).toBe(1);
});

it('waits for the last renewal before the next, and goes on after it', async () => {
  heartbeat.add(await start(), unexpected);
  storage.waiting = [];
  await clock.advance(GRACE_MS);
  expect(storage.renewals).toBe(1);
  for (const goOn of storage.waiting.splice(0)) goOn();
  storage.waiting = undefined;
  await turn();
  await clock.advance(GRACE_MS / 6);
  expect(storage.renewals).toBe(2);
  expect(await counters()).toEqual([2]);
});

it('goes on where the storage fails', async () => {
  heartbeat.add(await start(), unexpected);
  await storage.close();
  await clock.advance(GRACE_MS / 2);
  expect(storage.renewals).toBe(3);
});
