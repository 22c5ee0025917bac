import { setImmediate } from 'node:timers/promises';

const intervalMs = 20;

/**
 * Gives the event loop its turn within a long computation, so that messages and signals are heeded.
 *
 * @returns a promise that the computation waits for before it goes on; undefined where its last turn was just now.
 * @throws the signal's reason, once it is aborted.
 */
export type Breath = () => Promise<void> | undefined;

/** Makes the breath of one computation. */
export function breathOf(signal: AbortSignal | undefined): Breath {
  let last = performance.now();
  const wait = async (): Promise<void> => {
    await setImmediate();
    signal?.throwIfAborted();
    last = performance.now();
  };
  return () => (performance.now() - last < intervalMs ? undefined : wait());
}
