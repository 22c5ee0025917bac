import { describe, expect, it } from 'vitest';
import { within } from '../../machine/capacity.ts';
import { defaultWorkers, memoryWarning } from './worker-count.ts';

const GIB = 2 ** 30;
const LOADED = 0.2 * GIB; // so that a worker is assumed to need half a GiB

function machine(cores: number, freeBytes: number, cpus?: number, memoryBytes?: number) {
  const limits = { cpus, memoryBytes, freeBytes: memoryBytes };
  return within(limits, { cores, memoryBytes: 64 * GIB, freeBytes });
}

describe('the number of workers of a run', () => {
  it.each([
    ['cores', machine(8, 60 * GIB), 8, 'one for each core'],
    ['the one core', machine(1, 60 * GIB), 1, 'there is one core'],
    ['the quota', machine(64, 60 * GIB, 2), 2, 'of 64 cores, its container or service may take 2'],
    ['a part of a core', machine(64, 60 * GIB, 0.25), 1, 'of 64 cores, its container or service may take 0.3'],
    ['free memory', machine(8, 1.9 * GIB), 4, '1.9 GiB of memory are free, and each may take 0.5 GiB'],
    [
      'the limit of memory',
      machine(64, 60 * GIB, 32, 4 * GIB),
      8,
      '4.0 GiB of memory are free under the limit of 4.0 GiB, and each may take 0.5 GiB',
    ],
    ['one at least', machine(8, 0.1 * GIB), 1, '0.1 GiB of memory are free, and each may take 0.5 GiB'],
  ])('is bounded by %s', (_, capacity, workers, reason) => {
    expect(defaultWorkers(capacity, LOADED)).toEqual({ workers, reason });
  });

  it('causes a warning where the user gives more than have memory', () => {
    expect(memoryWarning(9, machine(8, 1.9 * GIB), LOADED)).toBe(
      '9 workers may need more memory than there is: 1.9 GiB of memory are free, and each may take 0.5 GiB',
    );
    expect(memoryWarning(4, machine(8, 1.9 * GIB), LOADED)).toBeUndefined();
    expect(memoryWarning(1, machine(8, 0), LOADED)).toBeUndefined();
    expect(memoryWarning(16, machine(2, 60 * GIB, 1), LOADED)).toBeUndefined(); // slower, but it works
  });
});
