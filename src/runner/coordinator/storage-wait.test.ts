import { afterEach, expect, it, vi } from 'vitest';
import type { RunEvent } from '../../study/run-event.ts';
import { StopSwitch } from '../events/stop-switch.ts';
import { storageWait } from './storage-wait.ts';

afterEach(() => vi.unstubAllEnvs());

const nobody = () => undefined;

it.each([
  [undefined, 600_000],
  ['', 600_000],
  ['0', 0],
  ['1.5', 1_500],
  ['86400', 86_400_000],
])('HPO_STORAGE_WAIT=%s waits for %i ms at most', (given, limitMs) => {
  vi.stubEnv('HPO_STORAGE_WAIT', given);
  expect(storageWait(nobody, new StopSwitch())).toMatchObject({ limitMs, forDisk: true });
});

it.each(['-1', '86401', 'abc', 'NaN', '1s'])('refuses HPO_STORAGE_WAIT=%s', (given) => {
  vi.stubEnv('HPO_STORAGE_WAIT', given);
  const message = `HPO_STORAGE_WAIT is '${given}'; give a number of seconds from 0 to 86400.`;
  expect(() => storageWait(nobody, new StopSwitch())).toThrow(
    expect.objectContaining({ code: 'HPO_INVALID_ARGUMENT', message }),
  );
});

it('announces the wait, and ends it where the run is aborted, but not where it is drained', () => {
  const events: RunEvent[] = [];
  const stop = new StopSwitch();
  const { onNotice, signal } = storageWait((event) => void events.push(event), stop);
  onNotice?.('the database is locked');
  expect(events).toEqual([{ type: 'warning', message: 'the database is locked' }]);
  stop.drain();
  expect(signal?.aborted).toBe(false);
  stop.abort();
  expect(signal?.aborted).toBe(true);
});
