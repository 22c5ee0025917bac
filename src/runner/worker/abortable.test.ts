import { expect, it } from 'vitest';
import { Abortable } from './abortable.ts';

it('aborts the task that was begun last, and neither the one before nor the one after', () => {
  const abortable = new Abortable();
  abortable.abort('too early');
  const [first, second] = [abortable.run((signal) => signal), abortable.run((signal) => signal)];
  expect([first.aborted, second.aborted]).toEqual([false, false]);
  abortable.abort('the time is up');
  abortable.abort('once more');
  expect([first.aborted, second.reason]).toEqual([false, new Error('the time is up')]);
  expect(abortable.run((signal) => signal).aborted).toBe(false);
});
