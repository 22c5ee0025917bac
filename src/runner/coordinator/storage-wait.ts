import { HpoError } from '../../base/errors.ts';
import type { Waiting } from '../../storage/waiting.ts';
import type { Emit } from '../../study/run-event.ts';
import type { StopSwitch } from '../events/stop-switch.ts';

const DEFAULT_S = 600;
const MOST_S = 86_400;

/**
 * The wait of a run for its storage, which other programs may lock and whose disk may be full. It is announced, and is
 * long, since the results of hours may depend on it: 600 seconds at most, or the number in the environment variable
 * HPO_STORAGE_WAIT.
 * @throws HpoError HPO_INVALID_ARGUMENT if that is not a number of seconds from 0 to 86,400, a day.
 */
export function storageWait(emit: Emit, stop: StopSwitch): Waiting {
  const given = process.env.HPO_STORAGE_WAIT || String(DEFAULT_S);
  const seconds = Number(given);
  if (!(seconds >= 0 && seconds <= MOST_S)) {
    const wanted = `a number of seconds from 0 to ${MOST_S}`;
    throw new HpoError('HPO_INVALID_ARGUMENT', `HPO_STORAGE_WAIT is '${given}'; give ${wanted}.`);
  }
  const aborter = new AbortController();
  stop.onAbort(() => aborter.abort());
  return {
    limitMs: 1000 * seconds,
    forDisk: true,
    onNotice: (message) => emit({ type: 'warning', message }),
    signal: aborter.signal,
  };
}
