import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { historyOf } from '../../test/support/history.ts';
import { leasedTrial, type TestLease } from '../../test/support/leased-trial.ts';
import type { RecordedHistory } from '../history/recorded-history.ts';
import { thisProcess, type Vitality } from '../machine/process-identity.ts';
import { MachineWatch } from './machine-watch.ts';

const GRACE_MS = 120_000;
const ADA: TestLease = { process: { host: 'ada' }, about: { workers: 4, device: 'NVIDIA H100' } };
const BOB: TestLease = { process: { host: 'bob' }, about: { workers: 2 } };

let clock: FakeClock;
let history: RecordedHistory;
let watch: MachineWatch;
beforeEach(() => {
  clock = new FakeClock();
  history = historyOf([]);
  watch = new MachineWatch(clock);
});

const look = () => watch.look(history);
const coordinator = () => look().all[0]?.coordinators[0];
const states = () => Object.fromEntries(look().all.map(({ name, state }) => [name, state]));

describe('a coordinator on another machine', () => {
  it('has given no sign of life until its lease moves, which is known to the second from then on', async () => {
    history.update([leasedTrial(0, { ...ADA, counter: 7 })]);
    expect(coordinator()).toMatchObject({ state: 'new', silentMs: 0 });
    await clock.advance(20_000);
    expect(coordinator()).toMatchObject({ state: 'new', silentMs: 20_000 });
    history.update([leasedTrial(0, { ...ADA, counter: 8 })]);
    expect(coordinator()).toMatchObject({ state: 'alive', silentMs: 0 });
    await clock.advance(4_000);
    expect(coordinator()).toMatchObject({ state: 'alive', silentMs: 4_000 });
  });

  it('is silent after half its grace time without a renewal, and lost after all of it', async () => {
    history.update([leasedTrial(0, ADA)]);
    look();
    await clock.advance(GRACE_MS / 2 - 1);
    expect(coordinator()?.state).toBe('new');
    await clock.advance(1);
    expect(coordinator()?.state).toBe('silent');
    await clock.advance(GRACE_MS / 2 - 1);
    expect(coordinator()?.state).toBe('silent');
    await clock.advance(1);
    expect(coordinator()).toMatchObject({ state: 'lost', silentMs: GRACE_MS, graceMs: GRACE_MS });
    history.update([leasedTrial(0, { ...ADA, counter: 1 })]);
    expect(coordinator()).toMatchObject({ state: 'alive', silentMs: 0 });
  });

  it('lives by a trial that it starts while it is watched, and not by one that is taken from it', async () => {
    history.update([leasedTrial(0, ADA), leasedTrial(1, ADA)]);
    look();
    await clock.advance(30_000);
    history.update([leasedTrial(1, BOB)]); // taken over
    expect(states()).toEqual({ ada: 'new', bob: 'alive' });
    expect(coordinator()?.silentMs).toBe(30_000);
    history.update([leasedTrial(2, ADA)]);
    expect(coordinator()).toMatchObject({ state: 'alive', silentMs: 0, running: [0, 2] });
  });

  it('lives by any of its leases', async () => {
    history.update([leasedTrial(0, ADA), leasedTrial(1, ADA)]);
    look();
    await clock.advance(GRACE_MS - 1);
    history.update([leasedTrial(1, { ...ADA, counter: 1 })]);
    await clock.advance(1);
    expect(coordinator()).toMatchObject({ state: 'alive', silentMs: 0 });
  });

  it('is idle for its grace time after its last trial, and then no longer listed', async () => {
    history.update([leasedTrial(0, ADA)]);
    look();
    history.update([leasedTrial(0, ADA, { state: 'COMPLETE', values: [1] })]);
    await clock.advance(GRACE_MS - 1);
    expect(look().all).toMatchObject([{ name: 'ada', state: 'idle', running: [], workers: 4, finished: 1 }]);
    await clock.advance(1);
    expect(look().all).toMatchObject([{ name: 'ada', state: undefined, coordinators: [], finished: 1 }]);
    history.update([leasedTrial(1, { ...ADA, counter: 0 })]);
    expect(states()).toEqual({ ada: 'alive' });
  });
});

describe('a coordinator whose process the system of this machine knows', () => {
  it.each<[Vitality, string]>([
    ['alive', 'alive'],
    ['dead', 'dead'],
    ['stopped', 'suspended'],
  ])('that is %s is %s, however long its lease stands still', async (vitality, state) => {
    watch = new MachineWatch(clock, () => vitality);
    history.update([leasedTrial(0, ADA)]);
    expect(coordinator()?.state).toBe(state);
    await clock.advance(GRACE_MS - 1);
    expect(coordinator()?.state).toBe(state);
    await clock.advance(1);
    expect(coordinator()?.state).toBe(state === 'suspended' ? 'lost' : state); // it is taken back from like a lost one
  });

  it('is this process, or another one of this machine', () => {
    history.update([leasedTrial(0, { process: thisProcess() })]);
    expect(look().all).toMatchObject([{ isThisMachine: true, coordinators: [{ isThisProcess: true }] }]);
    history.update([leasedTrial(1, { process: { ...thisProcess(), pid: 1 } })]);
    expect(
      look()
        .all[0]?.coordinators.map(({ isThisProcess }) => isThisProcess)
        .sort(),
    ).toEqual([false, true]);
    history.update([leasedTrial(2, ADA)]);
    expect(look().all.find(({ name }) => name === 'ada')?.isThisMachine).toBe(false);
  });
});

describe('machines', () => {
  it('join the processes of a host, with their trials and workers', () => {
    history.update([
      leasedTrial(0, ADA, { state: 'PRUNED' }),
      leasedTrial(1, { process: { host: 'ada', pid: 1 }, about: { workers: 1 } }),
      leasedTrial(2, BOB),
      leasedTrial(3, ADA),
      leasedTrial(4, { process: { host: 'bob', pid: 2 } }),
    ]);
    const [ada, bob] = look().all;
    expect(ada).toMatchObject({ name: 'ada', running: [1, 3], workers: 5, finished: 1, isThisMachine: false });
    expect(ada?.coordinators).toHaveLength(2);
    expect(bob).toMatchObject({ name: 'bob', running: [2, 4], workers: undefined, finished: 0 });
  });

  it('that need attention come first, then the others by name', async () => {
    const on = (host: string): TestLease => ({ process: { host } });
    history.update(['node-10', 'node-9', 'node-8', 'gone'].map((host, number) => leasedTrial(number, on(host))));
    history.update([leasedTrial(4, on('done'), { state: 'FAIL' })]);
    look();
    await clock.advance(GRACE_MS);
    history.update([0, 1].map((number) => leasedTrial(number, { ...on(number ? 'node-9' : 'node-10'), counter: 1 })));
    look();
    history.update([leasedTrial(3, on('gone'), { state: 'WAITING' })]); // taken back
    expect(states()).toEqual({
      'node-8': 'lost',
      'node-9': 'alive',
      'node-10': 'alive',
      gone: undefined,
      done: undefined,
    });
    expect(look().all.map(({ name }) => name)).toEqual(['node-8', 'node-9', 'node-10', 'done', 'gone']);
  });

  it('of one host name are told apart by the start of their system while trials run on several', () => {
    const on = (boot: string): TestLease => ({ holder: boot, process: { host: 'ubuntu', boot } });
    history.update([leasedTrial(0, on('5f0c1e1a-9'), { state: 'FAIL' }), leasedTrial(1, on('91ab2c3d-4'))]);
    expect(look().all).toMatchObject([{ name: 'ubuntu', running: [1], finished: 1 }]); // it was started anew
    history.update([leasedTrial(2, on('5f0c1e1a-9'))]);
    expect(look().all.map(({ name }) => name)).toEqual(['ubuntu (5f0c1e1a)', 'ubuntu (91ab2c3d)']);
  });

  it('are not those of trials without a lease, which are listed apart', () => {
    history.update([frozenTrial(0, { state: 'RUNNING' }), frozenTrial(1), frozenTrial(2, { state: 'WAITING' })]);
    expect(look()).toEqual({ all: [], unleased: [0] });
    history.update([frozenTrial(0)]);
    expect(look().unleased).toEqual([]);
  });

  it('whose leases name no process are one', () => {
    history.update([leasedTrial(0, { process: null }), leasedTrial(1, { holder: 'x', process: null })]);
    expect(look().all).toMatchObject([{ name: 'unknown', running: [0, 1], isThisMachine: false }]);
  });
});
