import { type Clock, systemClock } from '../base/clock.ts';
import { StopSwitch } from '../runner/events/stop-switch.ts';
import type { Emit } from '../study/run-event.ts';
import { ExitCode } from './exit-code.ts';

/**
 * The time in milliseconds within which a signal counts once: `npx` passes the signals on that a terminal or a batch
 * system sends to all processes of a command.
 */
const ECHO_MS = 200;

/** The way in which signals stop a run. */
export interface StopOptions {
  /**
   * The time in milliseconds that running trials may take after the first SIGINT or SIGTERM, at most 24 days; then they
   * are handed back, as after a second signal. Without it, SIGINT lets them take as long as they need, and SIGTERM hands
   * them back at once.
   */
  readonly graceMs?: number | undefined;
  /** The clock of the grace time. Default: this process's. */
  readonly clock?: Clock;
}

/** A run's switch that signals set. */
export interface SignalStop {
  readonly stop: StopSwitch;
  /** Does the same as Ctrl-C. */
  readonly interrupt: () => void;
  /** The exit code of the signal that came first; that of SIGINT where none did. */
  readonly exitCode: () => number;
  /** Removes the signal handlers, and ends the process where its terminal was closed. */
  readonly release: () => void;
}

/**
 * Has signals stop a run. Ctrl-C once lets the running trials finish, twice hands them back; SIGTERM does so at once, or
 * with a grace time as Ctrl-C; a closed terminal hands them back at once.
 */
export function stopOnSignals(emit: Emit, { graceMs, clock = systemClock }: StopOptions = {}): SignalStop {
  const stop = new StopSwitch();
  let endGrace = () => {};
  let first: keyof typeof HANDLERS | undefined;
  const abort = () => {
    if (stop.aborted) return;
    emit({ type: 'stopping', how: 'abort' });
    stop.abort();
  };
  const drain = () => {
    if (graceMs === 0) return abort();
    emit({ type: 'stopping', how: 'drain', ...(graceMs !== undefined && { graceMs }) });
    stop.drain();
    if (graceMs === undefined) return;
    endGrace = clock.every(graceMs, () => {
      endGrace();
      abort();
    });
  };
  const interrupt = () => (stop.draining ? abort() : drain());
  let isHungUp = false;
  const HANDLERS = {
    SIGINT: interrupt,
    SIGTERM: graceMs === undefined ? abort : interrupt,
    SIGHUP: () => {
      isHungUp = true;
      abort();
    },
  };
  const heardAt = new Map<string, number>();
  const onSignal = (signal: keyof typeof HANDLERS) => {
    const now = clock.now();
    const isEcho = now - (heardAt.get(signal) ?? Number.NEGATIVE_INFINITY) < ECHO_MS;
    if (isEcho) return;
    heardAt.set(signal, now);
    first ??= signal;
    HANDLERS[signal]();
  };
  const signals = Object.keys(HANDLERS) as (keyof typeof HANDLERS)[];
  for (const signal of signals) process.on(signal, onSignal);
  const release = () => {
    endGrace();
    for (const signal of signals) process.off(signal, onSignal);
    if (isHungUp) endByHangup();
  };
  const exitCode = () => (first === 'SIGTERM' ? ExitCode.terminated : ExitCode.interrupted);
  return { stop, interrupt, exitCode, release };
}

/**
 * Ends this process as a closed terminal ends processes that do not handle it: Node would abort on a terminal that is
 * gone.
 */
export function endByHangup(): void {
  process.kill(process.pid, 'SIGHUP');
}
