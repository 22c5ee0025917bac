import { beforeEach, expect, it } from 'vitest';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { startRepeatedly } from './repeated-start.ts';

let clock: FakeClock;
let starts: number[];
let pauses: (readonly [problem: string, pauseMs: number])[];
beforeEach(() => {
  clock = new FakeClock();
  starts = [];
  pauses = [];
});

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Starts something that fails the first times. */
function begin(failures: number, goesOn: () => Promise<boolean> | boolean = () => true) {
  const start = async () => {
    starts.push(clock.now());
    if (starts.length <= failures) throw new Error(`failure ${starts.length}`);
    return 'started';
  };
  const onFailure = ({ message }: Error, pauseMs: number) => void pauses.push([message, pauseMs]);
  return startRepeatedly(start, { goesOn, onFailure, clock });
}

it('starts at once, without a pause', async () => {
  expect(await begin(0)).toBe('started');
  expect(starts).toEqual([0]);
});

it('tries again after pauses of growing length', async () => {
  const started = begin(3);
  await turn();
  await clock.advance(60_000);
  expect(await started).toBe('started');
  expect(starts).toEqual([0, 1_000, 3_000, 7_000]);
  expect(pauses).toEqual([
    ['failure 1', 1_000],
    ['failure 2', 2_000],
    ['failure 3', 4_000],
  ]);
});

it('gives up with the last failure', async () => {
  const started = begin(9).catch(({ message }: Error) => message);
  await turn();
  await clock.advance(60_000);
  expect(await started).toBe('failure 5');
  expect(starts).toEqual([0, 1_000, 3_000, 7_000, 15_000]);
});

it('tries no more where it is not to go on, though the answer comes later', async () => {
  await expect(begin(9, async () => false)).rejects.toThrow('failure 1');
  expect(pauses).toEqual([]);
});

it('ends a pause early where it is not to go on any more', async () => {
  const started = begin(9, async () => clock.now() < 4_200).catch(({ message }: Error) => message);
  await turn();
  await clock.advance(4_500);
  expect(await started).toBe('failure 3');
  expect(starts).toEqual([0, 1_000, 3_000]);
});
