import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { formatIdentity, thisProcess } from '../machine/process-identity.ts';
import { attemptOf, heldLease, leaseOf } from '../storage/lease.ts';
import { MemoryStorage } from '../storage/memory/memory-storage.ts';
import type { StudyRecord } from '../storage/storage.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { checkpointsAttr } from './checkpoints/kept-checkpoints.ts';
import { Liveness } from './liveness.ts';
import { ATTEMPTS_KEY, ERROR_KEY } from './study-keys.ts';
import { handedBack, type TakenBack, takeBack } from './take-back.ts';

const HERE = formatIdentity(thisProcess());
const GONE = formatIdentity({ ...thisProcess(), started: '1' });
const ELSEWHERE = formatIdentity({ ...thisProcess(), boot: 'another' });
const GRACE_MS = 60_000;

let storage: MemoryStorage;
let record: StudyRecord;
let clock: FakeClock;
let liveness: Liveness;
beforeEach(async () => {
  storage = new MemoryStorage();
  record = await storage.createStudy({ name: 'study', directions: ['minimize'] });
  clock = new FakeClock();
  liveness = new Liveness(clock);
});

const start = (process: string | null, id = 'another') =>
  storage.startTrial(record, { holder: process === null ? null : { id, graceMs: GRACE_MS, process } });

const stored = async (number = 0) => (await storage.trial(record, number)) as FrozenTrial;

/** Looks at all trials of the study. @returns what it took back, as a coordinator that allows `retries` does. */
async function look(retries = 2, seen?: readonly FrozenTrial[]): Promise<readonly TakenBack[]> {
  const announced: TakenBack[] = [];
  const trials = seen ?? (await storage.changesSince(record)).trials;
  const onTaken = (taken: TakenBack) => void announced.push(taken);
  const taken = await takeBack(trials, { storage, study: record, liveness, holder: 'own', retries, onTaken });
  expect(announced).toEqual(taken);
  return taken;
}

const numbers = (taken: readonly TakenBack[]) => taken.map(({ trial, state }) => `${trial.number} ${state}`);

describe('a trial that is RUNNING', () => {
  it('goes back to WAITING where its holder is dead, in its row and without its reports', async () => {
    const trial = (await start(GONE)) as FrozenTrial;
    await storage.setIntermediateValue(leaseOf(record, trial), 1, 0.5);
    expect(numbers(await look())).toEqual(['0 WAITING']);
    const back = await stored();
    expect(back).toMatchObject({ state: 'WAITING', intermediateValues: new Map() });
    expect(back.systemAttrs[ATTEMPTS_KEY]).toEqual([
      { attempt: 1, startedAt: trial.startedAt?.toISOString(), end: 'died' },
    ]);
    expect(attemptOf((await start(HERE)) as FrozenTrial)).toBe(2);
  });

  it('goes back as often as it likes while it gets on, and fails when it does not any more', async () => {
    const keep = async (step: number) => {
      const trial = (await start(GONE)) as FrozenTrial;
      const last = { step, trial: 0, attempt: attemptOf(trial) };
      const attr = checkpointsAttr({ place: '', last, isToStay: false });
      await storage.setTrialAttrs(leaseOf(record, trial), 'system', attr);
      return numbers(await look(1));
    };
    for (const step of [2, 4, 6]) expect(await keep(step)).toEqual(['0 WAITING']);
    expect(await keep(6)).toEqual(['0 WAITING']); // on a machine without the former checkpoints
    expect(await keep(5)).toEqual(['0 FAIL']);
    expect((await stored()).systemAttrs[ERROR_KEY]).toMatchObject({
      message:
        'The process that ran the trial died 2 times without a further checkpoint; --retries 1 allows no further one.',
    });
  });

  it('goes back with the checkpoints that it was seen with, though its process has stored another one meanwhile', async () => {
    const trial = (await start(GONE)) as FrozenTrial;
    const lease = leaseOf(record, trial);
    const attrOf = (step: number) =>
      checkpointsAttr({ place: '', last: { step, trial: 0, attempt: 1 }, isToStay: false });
    for (const step of [1, 2, 3]) await storage.setIntermediateValue(lease, step, step);
    await storage.setTrialAttrs(lease, 'system', attrOf(1));
    const seen = [await stored()];
    await storage.setTrialAttrs(lease, 'system', attrOf(2));
    expect(numbers(await look(2, seen))).toEqual(['0 WAITING']);
    const back = await stored();
    expect([...back.intermediateValues.keys()]).toEqual([1]);
    expect(back.systemAttrs).toMatchObject(attrOf(1));
  });

  it('stays where its holder lives, is this coordinator, or holds no lease', async () => {
    await start(HERE);
    await start(GONE, 'own');
    await start(null);
    await storage.createTrial(record, { state: 'WAITING' });
    expect(await look()).toEqual([]);
  });

  it('goes back after its grace time where the system does not know its holder', async () => {
    const trial = (await start(ELSEWHERE)) as FrozenTrial;
    expect(await look()).toEqual([]);
    await clock.advance(GRACE_MS - 1);
    expect(await look()).toEqual([]);
    await storage.renew([leaseOf(record, trial)]);
    await clock.advance(1);
    expect(await look()).toEqual([]); // it has been renewed
    await clock.advance(GRACE_MS);
    expect(numbers(await look())).toEqual(['0 WAITING']);
  });

  it('is watched anew in each attempt', async () => {
    await start(ELSEWHERE);
    await look();
    await storage.requeueTrial(leaseOf(record, await stored()), { keepReportsTo: null });
    await clock.advance(GRACE_MS);
    await start(ELSEWHERE);
    expect(await look()).toEqual([]);
  });

  it('is left to another coordinator that was quicker, or to its holder if that was alive after all', async () => {
    await start(GONE);
    const seen = [await stored()];
    const counterThen = heldLease((await stored()).systemAttrs)?.counter;
    await storage.renew([leaseOf(record, await stored())]);
    expect(heldLease((await stored()).systemAttrs)?.counter).not.toBe(counterThen);
    expect(await look(2, seen)).toEqual([]);
    expect((await stored()).state).toBe('RUNNING');
    expect(numbers(await look())).toEqual(['0 WAITING']);
    expect(await look(2, seen)).toEqual([]);
  });
});

describe('a trial whose processes die', () => {
  it.each([0, 1, 2])('is run again %i times, and then fails', async (retries) => {
    for (let death = 0; death < retries; death++) {
      await start(GONE);
      expect(numbers(await look(retries))).toEqual(['0 WAITING']);
    }
    await start(GONE);
    expect(numbers(await look(retries))).toEqual(['0 FAIL']);
    const { state, systemAttrs } = await stored();
    expect(state).toBe('FAIL');
    expect(systemAttrs[ATTEMPTS_KEY]).toHaveLength(retries + 1);
    expect(systemAttrs[ERROR_KEY]).toMatchObject({
      name: 'HolderDied',
      message: expect.stringContaining(`each of the ${retries + 1} times that it was started; --retries ${retries}`),
    });
  });

  it('may be handed back as often as its run is stopped', async () => {
    for (let stop = 0; stop < 5; stop++) {
      const trial = (await start(HERE)) as FrozenTrial;
      await storage.requeueTrial(leaseOf(record, trial), { keepReportsTo: null, systemAttrs: handedBack(trial) });
    }
    await start(GONE);
    expect(numbers(await look(1))).toEqual(['0 WAITING']);
    expect((await stored()).systemAttrs[ATTEMPTS_KEY]).toMatchObject([
      ...Array.from({ length: 5 }, (_, at) => ({ attempt: at + 1, end: 'stopped' })),
      { attempt: 6, end: 'died' },
    ]);
  });
});
