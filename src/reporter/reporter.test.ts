import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { written } from './reporter.ts';

const settled = async (promise: Promise<void> | undefined) => {
  let isDone = false;
  void promise?.then(() => {
    isDone = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  return isDone;
};

/** A pipe that is full with four characters. */
const pipe = () => new PassThrough({ highWaterMark: 4, encoding: 'utf8' });
const listeners = (output: PassThrough) => ['drain', 'error', 'close'].map((event) => output.listenerCount(event));

it('returns nothing while the output takes more', () => {
  const output = pipe();
  expect(written(output, 'a')).toBeUndefined();
  expect(written({ write: () => false }, 'a')).toBeUndefined(); // it cannot say when it takes more
});

it('returns one promise while the output is full, fulfilled when its reader goes on', async () => {
  const output = pipe();
  const before = listeners(output);
  const full = written(output, '1234');
  expect(full).toBeInstanceOf(Promise);
  expect(written(output, '5678')).toBe(full);
  expect(await settled(full)).toBe(false);
  expect(output.read()).toBe('12345678');
  await full;
  expect(listeners(output)).toEqual(before);
});

it('waits anew when the output is full again', async () => {
  const output = pipe();
  const first = written(output, '1234');
  output.read();
  await first;
  const second = written(output, '5678');
  expect(second).toBeInstanceOf(Promise);
  expect(second).not.toBe(first);
  expect(await settled(second)).toBe(false);
  output.read();
  await second;
});

it('waits no more for an output whose reader is gone', async () => {
  const output = pipe();
  const full = written(output, '1234');
  output.destroy();
  await full;
});
