import { beforeEach, expect, it } from 'vitest';
import type { Failure } from '../../study/trial/outcome.ts';
import { FailureStreak } from './failure-streak.ts';

let streak: FailureStreak;
beforeEach(() => {
  streak = new FailureStreak();
});

const failure = (message: string, name = 'Error'): Failure => ({ name, message });
const add = (count: number, message: (number: number) => string = () => 'no data') => {
  for (let number = 0; number < count; number++) streak.add(failure(message(number)));
};

it('stops a run after ten equal failures in a row, with the last of them', () => {
  add(9);
  expect(streak.reason).toBeUndefined();
  const last = { ...failure('no data'), stack: 'the last one' };
  streak.add(last);
  expect(streak.reason).toBe(last);
});

it('takes failures that differ only in numbers for equal', () => {
  add(10, (number) => `shape [${number}, 10] at ${number}.25 is not [${2 ** number}]`);
  expect(streak.reason?.message).toBe('shape [9, 10] at 9.25 is not [512]');
});

it('begins anew after a trial that does not fail', () => {
  add(9);
  streak.add(undefined);
  add(9);
  expect(streak.reason).toBeUndefined();
  add(1);
  expect(streak.reason).toBeDefined();
});

it('counts a different failure as the first of its kind', () => {
  add(9);
  streak.add(failure('no data', 'TypeError'));
  expect(streak.reason).toBeUndefined();
  add(9);
  expect(streak.reason).toBeUndefined();
  add(1);
  expect(streak.reason).toBeDefined();
});

it('goes on when failures take turns', () => {
  add(40, (number) => (number % 2 === 0 ? 'no data' : 'no memory'));
  expect(streak.reason).toBeUndefined();
});
