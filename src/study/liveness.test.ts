import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { formatIdentity, thisProcess, type Vitality } from '../machine/process-identity.ts';
import { Liveness, vitalityOf, type WatchedLease } from './liveness.ts';

const GRACE_MS = 60_000;
const HERE = formatIdentity(thisProcess());
const GONE = formatIdentity({ ...thisProcess(), started: '1' });
const ELSEWHERE = formatIdentity({ ...thisProcess(), boot: 'another' });

const lease = (process: WatchedLease['process'], counter = 0, holder = 'holder'): WatchedLease => ({
  holder,
  counter,
  graceMs: GRACE_MS,
  process,
});

let clock: FakeClock;
beforeEach(() => {
  clock = new FakeClock();
});

describe('a holder that the system of this machine knows', () => {
  it('is judged at once by the system, whatever its counter', async () => {
    const liveness = new Liveness(clock);
    expect(liveness.isDead('trial 0', lease(GONE))).toBe(true);
    expect(liveness.isDead('trial 1', lease(HERE))).toBe(false);
    await clock.advance(10 * GRACE_MS);
    expect(liveness.isDead('trial 1', lease(HERE))).toBe(false);
  });

  it('is asked about once in a quarter of a second, however many leases it has', async () => {
    const asked: unknown[] = [];
    const liveness = new Liveness(clock, (process) => {
      asked.push(process);
      return 'alive';
    });
    const look = () => ['trial 0', 'trial 1'].map((key) => liveness.isDead(key, lease(HERE)));
    look();
    await clock.advance(249);
    look();
    expect(asked).toEqual([HERE]);
    await clock.advance(1);
    look();
    expect(asked).toEqual([HERE, HERE]);
    liveness.isDead('trial 2', lease(GONE));
    expect(asked).toEqual([HERE, HERE, GONE]);
  });

  it('is dead from the next answer on after its death', async () => {
    let answer: Vitality = 'alive';
    const liveness = new Liveness(clock, () => answer);
    expect(liveness.isDead('trial', lease(HERE))).toBe(false);
    answer = 'dead';
    expect(liveness.isDead('trial', lease(HERE))).toBe(false);
    await clock.advance(250);
    expect(liveness.isDead('trial', lease(HERE))).toBe(true);
  });
});

describe.each<Vitality>(['unknown', 'stopped'])('a holder whose process is %s', (vitality) => {
  const watch = () => new Liveness(clock, () => vitality);

  it('is dead when its counter has stood for the grace time, as this process measures it', async () => {
    const liveness = watch();
    await clock.advance(10 * GRACE_MS); // the time before the first look does not count
    expect(liveness.isDead('trial', lease(ELSEWHERE))).toBe(false);
    await clock.advance(GRACE_MS - 1);
    expect(liveness.isDead('trial', lease(ELSEWHERE))).toBe(false);
    await clock.advance(1);
    expect(liveness.isDead('trial', lease(ELSEWHERE))).toBe(true);
  });

  it('has its grace time anew whenever its counter moves', async () => {
    const liveness = watch();
    for (const counter of [4, 5, 6]) {
      expect(liveness.isDead('trial', lease(ELSEWHERE, counter))).toBe(false);
      await clock.advance(GRACE_MS - 1);
      expect(liveness.isDead('trial', lease(ELSEWHERE, counter))).toBe(false);
    }
    await clock.advance(1);
    expect(liveness.isDead('trial', lease(ELSEWHERE, 6))).toBe(true);
    expect(liveness.isDead('trial', lease(ELSEWHERE, 0))).toBe(false); // of a later lease, which begins at 0
  });

  it('is watched for each trial and each holder apart', async () => {
    const liveness = watch();
    liveness.isDead('trial 0', lease(ELSEWHERE));
    await clock.advance(GRACE_MS);
    expect(liveness.isDead('trial 1', lease(ELSEWHERE))).toBe(false);
    expect(liveness.isDead('trial 0', lease(ELSEWHERE, 0, 'another holder'))).toBe(false);
    expect(liveness.isDead('trial 0', lease(ELSEWHERE))).toBe(true);
  });
});

it('knows nothing of a process that it cannot identify', () => {
  for (const process of [null, 4711, 'ada', {}]) expect(vitalityOf(process)).toBe('unknown');
  expect([HERE, GONE, ELSEWHERE].map(vitalityOf)).toEqual(['alive', 'dead', 'unknown']);
});

describe('a holder on another machine, while the storage is away', () => {
  const look = (liveness: Liveness) => liveness.isDead('trial', lease(ELSEWHERE));

  it.each([
    ['fails', async () => Promise.reject(new Error('away'))],
    ['takes long', () => clock.advance(GRACE_MS)],
  ] as const)('is not taken for dead where a use of the storage %s', async (_, use) => {
    const liveness = new Liveness(clock);
    expect(look(liveness)).toBe(false);
    await liveness.listening(GRACE_MS, use).catch(() => {});
    await clock.advance(2 * GRACE_MS);
    expect(look(liveness)).toBe(false); // it could not renew its lease
    await clock.advance(GRACE_MS - 1);
    expect(look(liveness)).toBe(false);
    await clock.advance(1);
    expect(look(liveness)).toBe(true);
  });

  it('is watched on where the storage answers in time', async () => {
    const liveness = new Liveness(clock);
    expect(look(liveness)).toBe(false);
    await liveness.listening(GRACE_MS, () => clock.advance(GRACE_MS / 2));
    await clock.advance(GRACE_MS / 2);
    expect(look(liveness)).toBe(true);
  });
});
