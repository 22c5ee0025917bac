import { describe, expect, it } from 'vitest';
import { Outbox } from './outbox.ts';

/** The other side, which answers on demand. */
function otherSide(keeps: 'all' | 'last') {
  const sent: number[] = [];
  const answers: (() => void)[] = [];
  const send = (batch: readonly number[]) => {
    sent.push(...batch);
    return new Promise<void>((done) => answers.push(done));
  };
  const answer = async () => {
    answers.shift()?.();
    await new Promise((done) => setImmediate(done));
  };
  return { sent, answers, answer, outbox: new Outbox(send, keeps) };
}

describe('an outbox', () => {
  it('sends all in order, one batch at a time, and makes senders wait when many messages do', async () => {
    const { sent, answers, answer, outbox } = otherSide('all');
    const numbers = Array.from({ length: 1000 }, (_, number) => number);
    const waits = numbers.map((number) => outbox.post(number));
    expect(sent).toEqual([0]);
    expect(waits.slice(0, 20)).toEqual(Array(20).fill(undefined));
    let isEmptied = false;
    void waits.at(-1)?.then(() => {
      isEmptied = true;
    });
    while (sent.length < 1000) {
      expect(isEmptied).toBe(false);
      expect(answers).toHaveLength(1);
      await answer();
    }
    expect(isEmptied).toBe(true);
    expect(sent).toEqual(numbers);
    expect(outbox.emptied()).toBeUndefined();
    await answer();
    expect(answers).toEqual([]);
  });

  it('sends only the last of waiting states', async () => {
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

  it('goes on after a message that could not be sent', async () => {
    const sent: number[] = [];
    const outbox = new Outbox<number>(async (batch) => {
      sent.push(...batch);
      throw new Error('gone');
    });
    for (const number of [1, 2, 3]) outbox.post(number);
    await outbox.emptied();
    expect(sent).toEqual([1, 2, 3]);
  });
});
