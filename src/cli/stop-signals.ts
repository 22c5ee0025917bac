import { StopSwitch } from '../runner/events/stop-switch.ts';
import type { Emit } from '../study/run-event.ts';

/**
 * A switch that signals set: Ctrl-C once lets the running trials finish, twice hands them back; SIGTERM and a closed
 * terminal hand them back at once.
 *
 * @returns the switch, a function that sets it, and one that removes the signal handlers, or ends the process where the
 *   terminal was closed.
 */
export function stopOnSignals(emit: Emit): {
  readonly stop: StopSwitch;
  /** Does the same as Ctrl-C. */
  readonly interrupt: () => void;
  readonly release: () => void;
} {
  const stop = new StopSwitch();
  const throwSwitch = (how: 'drain' | 'abort') => {
    emit({ type: 'stopping', how });
    stop[how]();
  };
  const onInterrupt = () => throwSwitch(stop.draining ? 'abort' : 'drain');
  const onTerminate = () => throwSwitch('abort');
  let isHungUp = false;
  const onHangup = () => {
    isHungUp = true;
    throwSwitch('abort');
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  process.on('SIGHUP', onHangup);
  const release = () => {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onTerminate);
    process.off('SIGHUP', onHangup);
    if (isHungUp) endByHangup();
  };
  return { stop, interrupt: onInterrupt, release };
}

/**
 * Ends this process as a closed terminal ends processes that do not handle it: Node would abort on a terminal that is
 * gone.
 */
export function endByHangup(): void {
  process.kill(process.pid, 'SIGHUP');
}
