import { type Clock, systemClock } from '../../base/clock.ts';
import { WAIT_MS } from '../../study/optimize.ts';

/** The pauses, in milliseconds, before each further attempt to start. */
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000];

/** The options of {@link startRepeatedly}. */
export interface RepeatedStart {
  /** Whether to go on trying; called repeatedly during each pause. */
  readonly goesOn: () => Promise<boolean> | boolean;
  /** Called before each pause. */
  readonly onFailure: (error: Error, pauseMs: number) => void;
  /** The clock of the pauses. Default: this process's. */
  readonly clock?: Clock;
}

/** Starts something, and tries again after each of some pauses until it succeeds. @throws the last failure. */
export async function startRepeatedly<T>(
  start: () => Promise<T>,
  { goesOn, onFailure, clock = systemClock }: RepeatedStart,
): Promise<T> {
  for (const pauseMs of PAUSES_MS) {
    try {
      return await start();
    } catch (error) {
      if (!(await goesOn())) throw error;
      onFailure(error as Error, pauseMs);
      const endsAt = clock.now() + pauseMs;
      while (clock.now() < endsAt && (await goesOn())) await clock.sleep(Math.min(WAIT_MS, pauseMs));
      if (!(await goesOn())) throw error;
    }
  }
  return start();
}
