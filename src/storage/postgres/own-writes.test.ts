import { beforeEach, expect, it } from 'vitest';
import { frozenTrial } from '../../../test/support/frozen-trial.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { withAttrs } from '../trial-edits.ts';
import { OwnWrites, parseSnapshot } from './own-writes.ts';

const STUDY = 1;

let own: OwnWrites;
beforeEach(() => {
  own = new OwnWrites();
});

const quiet = (next: number) => ({ next, isQuiet: true });
const add = (key: string) => (trial: FrozenTrial) => withAttrs(trial, 'user', { [key]: true });
const running = (id: number) => frozenTrial(id, { state: 'RUNNING' });
const changed = (from: number, to: number) =>
  own.between(STUDY, quiet(from), quiet(to))?.map(({ id, userAttrs }) => [id, ...Object.keys(userAttrs)]);

it('a snapshot is quiet where no transaction runs', () => {
  expect(parseSnapshot('95:102:97,99')).toEqual({ next: 102, isQuiet: false });
  expect(parseSnapshot('4294967396:4294967396:')).toEqual({ next: 4294967396, isQuiet: true });
});

it('shows each trial that was written to once, as the last write has left it, and those of the study alone', () => {
  own.begin(10, STUDY, running(1));
  own.begin(11, 2, running(2));
  own.begin(12, STUDY, running(3));
  own.note(13, [3, 1], add('a'));
  own.note(14, [1], add('b'));
  expect(changed(10, 15)).toEqual([
    [1, 'a', 'b'],
    [3, 'a'],
  ]);
  expect(changed(14, 15)).toEqual([[1, 'a', 'b']]);
  expect(changed(15, 15)).toEqual([]);
});

it('knows nothing where another transaction has written, runs, or has written to a trial that is not known', () => {
  own.begin(10, STUDY, running(1));
  own.note(12, [1], add('a'));
  expect(changed(10, 13)).toBeUndefined(); // 11 is somebody else's
  expect(changed(12, 13)).toEqual([[1, 'a']]);
  expect(own.between(STUDY, quiet(12), { next: 13, isQuiet: false })).toBeUndefined();
  expect(own.between(STUDY, { next: 12, isQuiet: false }, quiet(13))).toBeUndefined();
  own.note(13, [7], add('a'));
  expect(changed(12, 14)).toBeUndefined();
  own.forget();
  expect(changed(12, 13)).toBeUndefined();
});

it('adds a write to a trial that was read unless it was read with it', () => {
  own.learn(STUDY, [add('read')(running(1))], quiet(20));
  own.note(19, [1], add('before')); // of which this process hears late
  own.note(20, [1], add('after'));
  expect(changed(20, 21)).toEqual([[1, 'read', 'after']]);
});

it('does not take a trial as it was read before a write of its own', () => {
  own.begin(10, STUDY, running(1));
  own.note(11, [1], add('a'));
  own.learn(STUDY, [running(1)], quiet(11));
  expect(changed(11, 12)).toBeUndefined(); // what others wrote before 11 is in neither
  own.learn(STUDY, [add('a')(running(1))], { next: 12, isQuiet: false });
  expect(changed(11, 12)).toBeUndefined();
  own.learn(STUDY, [add('a')(running(1))], quiet(12));
  expect(changed(11, 12)).toEqual([[1, 'a']]);
});

it('remembers a thousand writes and more, and not all of them', () => {
  own.begin(0, STUDY, running(1));
  for (let n = 1; n < 5000; n++) own.note(n, [1], add('a'));
  expect(changed(4000, 5000)).toEqual([[1, 'a']]);
  expect(changed(0, 1)).toBeUndefined();
});

it('knows the running trials that were started here as they are, until they run no more', () => {
  own.begin(10, STUDY, running(1));
  own.note(11, [1], add('a'));
  expect(own.started(1)?.userAttrs).toEqual({ a: true });
  const read = withAttrs(running(1), 'user', { a: true, others: true });
  own.learn(STUDY, [running(1)], quiet(11)); // as of before our own write
  own.learn(STUDY, [running(1)], { next: 12, isQuiet: false });
  expect(own.started(1)?.userAttrs).toEqual({ a: true });
  own.learn(STUDY, [read], quiet(12));
  expect(own.started(1)?.userAttrs).toEqual({ a: true, others: true });
  own.note(12, [1], (trial) => ({ ...trial, state: 'WAITING' }));
  expect(own.started(1)).toBeUndefined();
  expect(own.started(2)).toBeUndefined();
});
