import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import type { JsonValue } from '../base/json.ts';
import { formatIdentity, thisProcess } from '../machine/process-identity.ts';
import { MemoryStorage } from '../storage/memory/memory-storage.ts';
import type { StudyRecord } from '../storage/storage.ts';
import { Liveness, type WatchedLease } from './liveness.ts';
import { StudyRight } from './study-right.ts';

const GRACE_MS = 60_000;
const HERE = formatIdentity(thisProcess());
const GONE = formatIdentity({ ...thisProcess(), started: '1' });

let storage: MemoryStorage;
let record: StudyRecord;
beforeEach(async () => {
  storage = new MemoryStorage();
  record = await storage.createStudy({ name: 'study', directions: ['minimize'] });
});

/** The right of a coordinator with a clock of its own, whose process is unknown, as on another machine. */
function coordinator(id: string, process: JsonValue = null) {
  const clock = new FakeClock();
  const holder = { id, graceMs: GRACE_MS, process };
  const right = new StudyRight('right', { storage, record, holder, clock, liveness: new Liveness(clock) });
  return { clock, right };
}

const standing = async () => (await storage.findStudy('study'))?.systemAttrs.right;
const holderOf = async () => ((await standing()) as WatchedLease | undefined)?.holder;
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a right', () => {
  it('is free at first, and for another one when it is released', async () => {
    const [one, two] = [coordinator('one', HERE), coordinator('two', HERE)];
    expect(await one.right.take()).toBe('ours');
    expect(await two.right.take()).toMatchObject({ holder: { holder: 'one' } });
    await one.right.release();
    expect(await standing()).toBeUndefined();
    expect(one.clock.timers).toBe(0);
    expect(await two.right.take()).toBe('ours');
    expect(await holderOf()).toBe('two');
  });

  it('has the note of its last holder', async () => {
    const [one, two] = [coordinator('one'), coordinator('two')];
    await one.right.take();
    expect(one.right.note).toBeUndefined();
    await one.right.release({ count: 1 });
    expect(await standing()).toEqual({ count: 1 });
    expect(await two.right.take()).toBe('ours');
    expect(two.right.note).toEqual({ count: 1 });
  });

  it('of a dead process is free at once, without a note', async () => {
    await coordinator('one', GONE).right.take();
    const { right } = coordinator('two');
    expect(await right.take()).toBe('ours');
    expect(right.note).toBeUndefined();
  });

  it('goes to one of those who take it at the same time', async () => {
    const rights = ['one', 'two', 'three'].map((id) => coordinator(id, HERE).right);
    const taken = await Promise.all(rights.map((right) => right.take()));
    expect(taken.filter((each) => each === 'ours').length).toBe(1);
  });
});

describe('a holder on another machine', () => {
  it('keeps the right where it renews it while it is watched', async () => {
    const [one, two] = [coordinator('one'), coordinator('two')];
    await one.right.take();
    const waited: WatchedLease[] = [];
    const taking = two.right.take({ onWait: (holder) => void waited.push(holder) });
    await turn();
    await two.clock.advance(20_000);
    await one.clock.advance(GRACE_MS / 6);
    await two.clock.advance(500);
    expect(await taking).toMatchObject({ holder: { holder: 'one', counter: 1 } });
    expect(waited.map(({ holder }) => holder)).toEqual(['one']);
  });

  it('loses it where it does not renew it for its grace time, and notices when it goes on', async () => {
    const [one, two] = [coordinator('one'), coordinator('two')];
    await one.right.take();
    const taking = two.right.take();
    await turn();
    await two.clock.advance(GRACE_MS - 500);
    expect(await holderOf()).toBe('one');
    await two.clock.advance(500);
    expect(await taking).toBe('ours');
    expect(await holderOf()).toBe('two');
    expect(one.right.loss.reason).toBeUndefined();
    await one.clock.advance(GRACE_MS / 6);
    expect(one.right.loss.reason?.message).toContain('taken over');
    expect(await one.right.confirm()).toBe(false);
    await one.right.release({ note: 'too late' });
    expect(await holderOf()).toBe('two');
    expect(two.right.loss.reason).toBeUndefined();
    expect(await two.right.confirm()).toBe(true);
  });

  it('is waited for until the wait is over', async () => {
    const [one, two] = [coordinator('one'), coordinator('two')];
    await one.right.take();
    let isOver = false;
    const taking = two.right.take({ isOver: () => isOver });
    await turn();
    await two.clock.advance(5_000);
    isOver = true;
    await two.clock.advance(500);
    expect(await taking).toBe('unknown');
    expect(await holderOf()).toBe('one');
  });
});
