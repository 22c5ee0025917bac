import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { stopOnSignals } from './stop-signals.ts';

let clock: FakeClock;
let heard: unknown[];
let release = () => {};
beforeEach(() => {
  clock = new FakeClock();
  heard = [];
});
afterEach(() => release());

function stopping(graceMs?: number) {
  const stopped = stopOnSignals((event) => void heard.push(event), { graceMs, clock });
  release = stopped.release;
  return stopped;
}

/** As the system does it: a signal that comes later than an echo would. */
async function send(signal: 'SIGINT' | 'SIGTERM'): Promise<void> {
  await clock.advance(1_000);
  process.emit(signal, signal);
}

const how = () => heard.map((event) => (event as { how: string }).how);

describe('a run without a grace time', () => {
  it('drains at the first Ctrl-C, and hands back at the second', async () => {
    const { exitCode } = stopping();
    await send('SIGINT');
    await clock.advance(10 * 86_400_000);
    expect(how()).toEqual(['drain']);
    await send('SIGINT');
    expect(how()).toEqual(['drain', 'abort']);
    expect(exitCode()).toBe(130);
  });

  it('hands back at SIGTERM', async () => {
    const { stop, exitCode } = stopping();
    await send('SIGTERM');
    expect(how()).toEqual(['abort']);
    expect(stop.aborted).toBe(true);
    expect(exitCode()).toBe(143);
  });
});

describe.each(['SIGINT', 'SIGTERM'] as const)('a run with a grace time, after %s', (signal) => {
  it('drains, and hands back when the time is over, once', async () => {
    const { stop } = stopping(20_000);
    await send(signal);
    expect(heard).toEqual([{ type: 'stopping', how: 'drain', graceMs: 20_000 }]);
    await clock.advance(19_000);
    expect(stop.aborted).toBe(false);
    await clock.advance(60_000);
    expect(how()).toEqual(['drain', 'abort']);
  });

  it('hands back at a second signal, but not at the echo of the first', async () => {
    const { stop } = stopping(20_000);
    await send(signal);
    process.emit(signal, signal);
    await clock.advance(100);
    process.emit(signal, signal);
    expect(how()).toEqual(['drain']);
    await send('SIGTERM');
    expect(how()).toEqual(['drain', 'abort']);
    expect(stop.aborted).toBe(true);
  });

  it('hands back at once without any time', async () => {
    stopping(0);
    await send(signal);
    expect(how()).toEqual(['abort']);
  });
});

it('a run whose signals are released hears none, and its grace time is over', async () => {
  const { stop } = stopping(20_000);
  const before = process.listenerCount('SIGTERM');
  await send('SIGTERM');
  release();
  expect(process.listenerCount('SIGTERM')).toBe(before - 1);
  await clock.advance(60_000);
  expect(stop.aborted).toBe(false);
});
