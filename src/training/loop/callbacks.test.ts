import { describe, expect, test } from 'vitest';
import { afterEpoch, type TrainingCallback, withCallbacks } from './callbacks.ts';

const record = { epoch: 1, trainLoss: 1, trainAccuracy: 0, validationLoss: 1, validationAccuracy: 0, seconds: 1 };

/** A callback that notes its calls; the methods of `failing` throw their own names afterwards. */
function noting(name: string, calls: string[], failing: readonly (keyof TrainingCallback)[] = []): TrainingCallback {
  const note = (method: keyof TrainingCallback) => async () => {
    calls.push(`${name}.${method}`);
    if (failing.includes(method)) throw new Error(`${name}.${method}`);
  };
  return { onBegin: note('onBegin'), onEpoch: note('onEpoch'), onEnd: note('onEnd') };
}

/** The calls of two callbacks, `a` noting and `b` as given, and of the training between them; and what was thrown. */
async function run(b: (calls: string[]) => TrainingCallback, training: () => unknown = () => 'result') {
  const calls: string[] = [];
  const start = { resumedAt: 0, history: [], epochs: 1, stepsPerEpoch: 1, metrics: [] };
  const outcome = await withCallbacks([noting('a', calls), b(calls), {}], start, async () => {
    calls.push('training');
    return training();
  }).catch((reason: Error) => reason.message);
  return { calls, outcome };
}

describe('callbacks', () => {
  test('begin before the training and end after it, in their order', async () => {
    expect(await run((calls) => noting('b', calls))).toEqual({
      calls: ['a.onBegin', 'b.onBegin', 'training', 'a.onEnd', 'b.onEnd'],
      outcome: 'result',
    });
  });

  test('end where the training throws, whose error counts before theirs', async () => {
    const throws = () => Promise.reject(new Error('training'));
    expect(await run((calls) => noting('b', calls, ['onEnd']), throws)).toEqual({
      calls: ['a.onBegin', 'b.onBegin', 'training', 'a.onEnd', 'b.onEnd'],
      outcome: 'training',
    });
    expect((await run((calls) => noting('b', calls, ['onEnd']))).outcome).toBe('b.onEnd');
  });

  test('end where another does not begin, and the training is left out', async () => {
    expect(await run((calls) => noting('b', calls, ['onBegin']))).toEqual({
      calls: ['a.onBegin', 'b.onBegin', 'a.onEnd'],
      outcome: 'b.onBegin',
    });
  });

  test('all have the epoch before one of them stops the training', async () => {
    const calls: string[] = [];
    const stopping: TrainingCallback = { onEpoch: () => 'stop' };
    expect(await afterEpoch([stopping, {}, noting('a', calls)], record)).toBe(true);
    expect(calls).toEqual(['a.onEpoch']);
    expect(await afterEpoch([noting('a', calls), {}], record)).toBe(false);
    await expect(afterEpoch([noting('a', calls, ['onEpoch']), stopping], record)).rejects.toThrow('a.onEpoch');
  });
});
