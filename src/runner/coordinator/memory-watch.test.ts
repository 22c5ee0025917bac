import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import type { Failure } from '../../study/trial/outcome.ts';
import { type MeasuredWorker, MemoryWatch } from './memory-watch.ts';

const MIB = 2 ** 20;

/** The memory of the workers in MiB, by their numbers. */
let memory: Map<number, number>;
let clock: FakeClock;
let failures: Failure[];
beforeEach(() => {
  memory = new Map();
  clock = new FakeClock();
  failures = [];
});

const worker = (pid: number): MeasuredWorker => ({ pid, request: () => Promise.reject(new Error('It is busy.')) });
const measure = async (pids: readonly number[]) =>
  new Map([...memory].filter(([pid]) => pids.includes(pid)).map(([pid, mib]) => [pid, mib * MIB] as const));
const onOver = (failure: Failure) => void failures.push(failure);

describe('the limit of memory', () => {
  it('ends the trial that takes more, and no other, with its figure', async () => {
    const watch = new MemoryWatch({ limitMb: 500, clock, measure });
    memory.set(1, 100).set(2, 100);
    await watch.add(worker(1), () => expect.unreachable());
    await watch.add(worker(2), onOver);
    memory.set(1, 500).set(2, 499.5);
    await clock.advance(2000);
    expect(failures).toEqual([]);
    memory.set(2, 500.01);
    await clock.advance(2000);
    const message = 'The trial took 501 MiB of memory, more than its limit of 500 MiB.';
    expect(failures).toEqual([{ name: 'MemoryLimit', message }]);
  });

  it('has a worker replaced that keeps much of what its trials leave', async () => {
    const watch = new MemoryWatch({ limitMb: 500, clock, measure });
    const kept = worker(1);
    memory.set(1, 300);
    await watch.add(kept, onOver);
    memory.set(1, 399);
    expect(await watch.remove(kept)).toBe(false);
    await watch.add(kept, onOver);
    memory.set(1, 401);
    expect(await watch.remove(kept)).toBe(true);
    expect(clock.timers).toBe(0);
  });

  it('leaves a worker that has ended alone', async () => {
    const watch = new MemoryWatch({ limitMb: 500, clock, measure });
    const dead = worker(1);
    await watch.add(dead, onOver);
    await clock.advance(2000);
    expect(await watch.remove(dead)).toBe(false);
    expect(failures).toEqual([]);
  });

  it('goes by what the worker says where the system does not show it', async () => {
    const watch = new MemoryWatch({ limitMb: 500, clock, measure });
    const telling = { pid: 1, request: () => Promise.resolve(600 * MIB) } as unknown as MeasuredWorker;
    await watch.add(telling, onOver);
    await clock.advance(2000);
    expect(failures).toHaveLength(1);
    expect(await watch.remove(telling)).toBe(false); // its trial was ended
  });

  it('is none by default, and measures nothing', async () => {
    const watch = new MemoryWatch({ limitMb: undefined, clock, measure: () => expect.unreachable() });
    const any = worker(1);
    await watch.add(any, onOver);
    expect(clock.timers).toBe(0);
    expect(await watch.remove(any)).toBe(false);
  });
});
