import { describe, expect, it } from 'vitest';
import { Outbox } from './outbox.ts';

/** Another side that answers when it is told to. */
function otherSide(keeps: 'all' | 'last') {
  const sent: number[] = [];
  const answers: (() => void)[] = [];
  const send = (message: number) => {
    sent.push(message);
    return new Promise<void>((done) => answers.push(done));
  };
  const answer = async () => {
    answers.shift()?.();
    await new Promise((done) => setImmediate(done));
  };
  return { sent, answers, answer, outbox: new Outbox(send, keeps) };
}

describe('an outbox', () => {
  it('sends all in order, some at a time, and says when', async () => {
    const { sent, answers, answer, outbox } = otherSide('all');
    const numbers = Array.from({ length: 1000 }, (_, number) => number);
    const waits = numbers.map((number) => outbox.post(number));
    const atOnce = waits.findIndex((wait) => wait !== undefined);
    expect(atOnce).toBeGreaterThan(10);
    expect(sent).toEqual(numbers.slice(0, atOnce));
    let isEmptied = false;
    void waits.at(-1)?.then(() => {
      isEmptied = true;
    });
    while (sent.length < 1000) {
      expect(isEmptied).toBe(false);
      await answer();
      expect(answers.length).toBeLessThanOrEqual(atOnce);
    }
    expect(isEmptied).toBe(true);
    expect(sent).toEqual(numbers);
    expect(outbox.emptied()).toBeUndefined();
    for (let rest = answers.length; rest > 0; rest--) await answer();
    expect(outbox.post(1)).toBeUndefined();
  });

  it('of states that wait sends the last', async () => {
    const { sent, answer, outbox } = otherSide('last');
    for (const state of [1, 2, 3, 4]) outbox.post(state);
    expect(sent).toEqual([1]);
    await answer();
    await answer();
    expect(sent).toEqual([1, 4]);
    expect(outbox.emptied()).toBeUndefined();
    outbox.post(5);
    expect(sent).toEqual([1, 4, 5]);
  });
});
