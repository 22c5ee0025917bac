import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HpoError } from '../../base/errors.ts';
import { isDiskFailure } from '../../base/file-problem.ts';
import { Channel, type Handlers, type Port } from './channel.ts';

/** The methods of both sides. */
interface Echo {
  echo(value: unknown): unknown;
  /** Answers when the test says so. */
  later(name: string): string;
  fail(how: string): never;
}

let [here, there]: MessagePort[] = [];
let near: Channel<Echo, Echo>;
let far: Channel<Echo, Echo>;
let dropped: string[];
let answers: Map<string, (answer: string) => void>;

/** A message port as the channel of a forked process: it clones values, and refuses those that it cannot clone. */
const portOf = (port: MessagePort): Port => ({
  send: (message) => port.postMessage(message),
  on: (event, listener) => port.on(event, listener),
});

const handlers: Handlers<Echo> = {
  echo: (value) => value,
  later: (name) => new Promise((resolve) => answers.set(name, resolve)),
  fail(how) {
    if (how === 'refused') throw new HpoError('HPO_LEASE_LOST', 'The trial is lost.');
    if (how === 'text') throw 'no error at all';
    if (how === 'disk') throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    if (how === 'system') throw Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT' });
    throw Object.assign(new TypeError('x is not a function'), { stack: 'TypeError: x\n    at objective' });
  },
};

beforeEach(() => {
  const { port1, port2 } = new MessageChannel();
  [here, there] = [port1, port2];
  dropped = [];
  answers = new Map();
  near = new Channel(portOf(port1), handlers, (what) => void dropped.push(`near: ${what}`));
  far = new Channel(portOf(port2), handlers, (what) => void dropped.push(`far: ${what}`));
});
afterEach(() => here?.close());

/** Waits for the other side's messages of before: a request's answer follows them. */
const caughtUp = () => near.request('echo', 'caught up');

describe('a request', () => {
  it('is answered with a structured clone, in both directions', async () => {
    const values = [Number.NaN, undefined, -0, Number.NEGATIVE_INFINITY, new Map([[1, [2]]]), new Uint8Array([3])];
    for (const value of values) {
      expect(await near.request('echo', value)).toEqual(value);
      expect(await far.request('echo', value)).toEqual(value);
    }
  });

  it('is given its own answer, whatever the order of the answers', async () => {
    const [first, second] = [near.request('later', 'first'), near.request('later', 'second')];
    const crossing = far.request('later', 'crossing'); // has the number of `first`
    await caughtUp();
    await far.request('echo', 0);
    for (const name of ['second', 'crossing', 'first']) answers.get(name)?.(`to ${name}`);
    expect(await Promise.all([first, second, crossing])).toEqual(['to first', 'to second', 'to crossing']);
  });

  it('fails with the error that the other side threw', async () => {
    await expect(near.request('fail', 'error')).rejects.toMatchObject({
      name: 'TypeError',
      message: 'x is not a function',
      stack: 'TypeError: x\n    at objective',
    });
    await expect(near.request('fail', 'text')).rejects.toMatchObject({ name: 'Error', message: 'no error at all' });
  });

  it('fails with an HpoError of the same code where the other side threw one', async () => {
    const error = await near.request('fail', 'refused').catch((reason: unknown) => reason);
    expect(HpoError.is(error) && [error.code, error.message]).toEqual(['HPO_LEASE_LOST', 'The trial is lost.']);
  });

  it('fails with the code of a disk that is full or fails, by which callers know it, and with no other one', async () => {
    const full = await near.request('fail', 'disk').catch((reason: unknown) => reason);
    expect(isDiskFailure(full)).toBe(true);
    expect(full).toMatchObject({ message: 'ENOSPC: no space left on device, write', code: 'ENOSPC' });
    expect(await near.request('fail', 'system').catch((reason: unknown) => reason)).not.toHaveProperty('code');
  });

  it('fails where its argument, or its answer, cannot be cloned', async () => {
    await expect(near.request('echo', () => 1)).rejects.toThrow('could not be cloned');
    const { port1, port2 } = new MessageChannel();
    const asking = new Channel<Echo, Echo>(portOf(port1), handlers, () => undefined);
    new Channel<Echo, Echo>(portOf(port2), { ...handlers, echo: () => () => 1 }, () => undefined);
    await expect(asking.request('echo', 1)).rejects.toThrow('could not be cloned');
    port1.close();
  });
});

describe('a closed channel', () => {
  it('rejects the requests that wait, and every later one, with the first reason', async () => {
    const waiting = [near.request('later', 'a'), near.request('later', 'b')];
    await caughtUp();
    near.close(new Error('the worker died'));
    near.close(new Error('another reason'));
    for (const request of [...waiting, near.request('echo', 1)])
      await expect(request).rejects.toThrow('the worker died');
  });

  it('takes no answer that comes late for a message of other code', async () => {
    const waiting = near.request('later', 'a').catch(() => 'rejected');
    await caughtUp();
    near.close(new Error('the worker died'));
    expect(await waiting).toBe('rejected');
    answers.get('a')?.('too late');
    await new Promise((resolve) => setImmediate(resolve));
    await far.request('echo', 'after the late answer');
    expect(dropped).toEqual([]);
  });
});

describe('messages of other code', () => {
  it.each([
    ['a text', 'hello', '"hello"'],
    ['null', null, 'null'],
    ['a message of another kind', { kind: 'event', id: 0 }, 'an object'],
    ['a request without a number', { kind: 'request', method: 'echo', argument: 1 }, 'an object'],
    ['a request without a method', { kind: 'request', id: 0 }, 'an object'],
    ['a request for a method that there is not', { kind: 'request', id: 0, method: 'run' }, 'a request for "run"'],
    ['one for a method of every object', { kind: 'request', id: 0, method: 'toString' }, 'a request for "toString"'],
    ['a refusal without a failure', { kind: 'refusal', id: 0, failure: null }, 'an object'],
    ['an answer that nobody waits for', { kind: 'answer', id: 1e6, answer: 1 }, 'an answer without a request'],
  ])('are dropped: %s', async (_, message, shown) => {
    there?.postMessage(message);
    expect(await caughtUp()).toBe('caught up');
    expect(dropped).toEqual([`near: ${shown}`]);
  });

  it('are shown once', async () => {
    for (const message of ['one', 'two', 'three']) there?.postMessage(message);
    await caughtUp();
    expect(dropped).toEqual(['near: "one"']);
  });
});
