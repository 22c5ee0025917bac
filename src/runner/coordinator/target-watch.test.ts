import { beforeEach, expect, it } from 'vitest';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { MemoryStorage } from '../../storage/memory/memory-storage.ts';
import type { StudyRecord } from '../../storage/storage.ts';
import { changeTarget, storedTarget } from '../../study/study-target.ts';
import { RunControl } from '../events/run-control.ts';
import { TargetWatch } from './target-watch.ts';

let storage: MemoryStorage;
let record: StudyRecord;
let clock: FakeClock;
beforeEach(async () => {
  storage = new MemoryStorage();
  record = await storage.createStudy({ name: 'study', directions: ['minimize'] });
  await changeTarget(storage, record, 10);
  clock = new FakeClock();
});

function watched() {
  const control = new RunControl();
  const events: unknown[] = [];
  control.onOrder((order) => void events.push(order));
  const emit = (event: unknown) => void events.push(event);
  return { control, events, watch: new TargetWatch({ storage, record, target: 10, control, emit, clock }) };
}

const stored = async () => storedTarget((await storage.findStudy('study')) as StudyRecord)?.trials;

it('a run follows a target that another process has stored, and says so once', async () => {
  const { control, events, watch } = watched();
  await changeTarget(storage, record, 25);
  await watch.look();
  expect(control.target).toBeUndefined(); // it has just looked
  await clock.advance(2_000);
  await Promise.all([watch.look(), watch.look()]);
  expect(control.target).toBe(25);
  await watch.lookNow();
  expect(events).toEqual([{ type: 'target-changed', target: 25 }]);
});

it('a target that the user of a run changes is stored, so that other runs follow it', async () => {
  const [one, other] = [watched(), watched()];
  one.control.setTarget(7);
  one.control.setTarget(8);
  await one.watch.close();
  expect(await stored()).toBe(8);
  await other.watch.lookNow();
  expect(other.control.target).toBe(8);
  expect(one.events).toEqual([7, 8].map((target) => ({ type: 'target-changed', target })));
});

it('a look does not take back what the user has just ordered', async () => {
  const { control, watch } = watched();
  control.setTarget(7);
  await watch.lookNow();
  expect(control.target).toBe(7);
  expect(await stored()).toBe(7);
});

it('neither a study that is gone, nor a later one of its name, changes the target', async () => {
  const { control, events, watch } = watched();
  await storage.deleteStudy(record);
  await watch.lookNow();
  await changeTarget(storage, await storage.createStudy({ name: 'study', directions: ['minimize'] }), 99);
  await watch.lookNow();
  expect(control.target).toBeUndefined();
  control.setTarget(5);
  await watch.close();
  expect(await stored()).toBe(99);
  expect(events.at(-1)).toMatchObject({ type: 'warning', message: expect.stringContaining('5 is not stored') });
});
