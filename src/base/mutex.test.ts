import { expect, it } from 'vitest';
import { Mutex } from './mutex.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

it('runs tasks one after the other, in the order in which they were given', async () => {
  const mutex = new Mutex();
  const steps: string[] = [];
  const task = (name: string, turns: number) => async () => {
    steps.push(`${name} begins`);
    for (let at = 0; at < turns; at++) await turn();
    steps.push(`${name} ends`);
    return name;
  };
  const results = [mutex.run(task('a', 3)), mutex.run(task('b', 0)), mutex.run(task('c', 1))];
  expect(await Promise.all(results)).toEqual(['a', 'b', 'c']);
  expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

it('goes on after a task that fails, whose error goes to its caller alone', async () => {
  const mutex = new Mutex();
  const failing = mutex.run(() => Promise.reject(new Error('no space')));
  const next = mutex.run(() => Promise.resolve('next'));
  await expect(failing).rejects.toThrow('no space');
  expect(await next).toBe('next');
});
