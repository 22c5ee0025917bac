import { beforeEach, describe, expect, it } from 'vitest';
import type { Origin } from '../wire/protocol.ts';
import { doAs, isLeftBehind } from './work.ts';

const trial = (number: number): Origin => ({ phase: 'trial', trial: number });

let warnings: string[];
beforeEach(() => {
  warnings = [];
});

const fail = (message: string) => isLeftBehind(new Error(message), (warning) => void warnings.push(warning));

/** Runs work that leaves something behind. @returns a function that lets it go on, where it fails. */
async function leaveBehind(origin: Origin, messages: readonly string[]): Promise<() => Promise<readonly boolean[]>> {
  let goOn = () => {};
  const gate = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let left: Promise<readonly boolean[]> | undefined;
  await doAs(origin, () => {
    left = gate.then(() => messages.map(fail));
  });
  return () => {
    goOn();
    return left as Promise<readonly boolean[]>;
  };
}

describe('what work leaves behind', () => {
  it('is warned of once, by the work that it belongs to', async () => {
    const goOn = await leaveBehind(trial(7), ['the file is closed.', 'and another']);
    expect(await goOn()).toEqual([true, true]);
    expect(warnings).toEqual([
      'Trial 7 left something behind that failed after its end: Error: the file is closed. ' +
        'It counts for nothing; await what the objective does before it returns.',
    ]);
  });

  it('is kept apart from later work that runs then', async () => {
    const goOn = await leaveBehind(trial(7), ['late']);
    await doAs(trial(8), async () => {
      expect(await goOn()).toEqual([true]);
      expect(fail('of the trial itself')).toBe(false);
    });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('Trial 7 left');
  });

  it.each<[Origin, string]>([
    [{ phase: 'prepare', trial: undefined }, 'The preparation left'],
    [{ phase: 'retrain', trial: 3 }, 'The retraining left'],
  ])('is named after it: %j', async (origin, name) => {
    await (await leaveBehind(origin, ['late']))();
    expect(warnings[0]).toContain(name);
  });
});

it('nothing is left behind by work that still runs, or outside of any', async () => {
  expect(fail('nobody')).toBe(false);
  await doAs(trial(1), async () => {
    await new Promise((resolve) => setImmediate(resolve));
    expect(fail('its own')).toBe(false);
  });
  expect(warnings).toEqual([]);
});

it('has the result and the error of its task', async () => {
  expect(await doAs(trial(1), () => 4)).toBe(4);
  await expect(doAs(trial(1), () => Promise.reject(new Error('no data')))).rejects.toThrow('no data');
  expect(fail('afterwards')).toBe(false);
});
