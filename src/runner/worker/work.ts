import { AsyncLocalStorage } from 'node:async_hooks';
import { inspect } from 'node:util';
import { bounded, boundedText, LIMITS } from '../../base/bounded-text.ts';
import type { Origin } from '../wire/protocol.ts';

/** A task that a worker was given. */
interface Work {
  readonly origin: Origin;
  /** Whether something that it left behind has failed. */
  hasStrayed: boolean;
}

const works = new AsyncLocalStorage<Work>();
let current: Work | undefined;

/** Runs a task so that everything it leaves behind is known to be its own. */
export async function doAs<T>(origin: Origin, task: () => Promise<T> | T): Promise<T> {
  const work: Work = { origin, hasStrayed: false };
  current = work;
  try {
    return await works.run(work, task);
  } finally {
    current = undefined;
  }
}

/**
 * Ends this process, as Node does, for an exception or a rejection that nobody catches, unless {@link isLeftBehind}. A
 * study with a handler of its own keeps that handler alone.
 */
export function watchStrays(warn: (message: string) => void): void {
  process.on('uncaughtException', (thrown: unknown) => {
    if (process.listenerCount('uncaughtException') > 1 || isLeftBehind(thrown, warn)) return;
    process.stderr.write(`${bounded(inspect(thrown), LIMITS.stack)}\n`);
    process.exit(1);
  });
}

/** Whether a value was thrown by something that work has left behind after its end. Warns of the first of each work. */
export function isLeftBehind(thrown: unknown, warn: (message: string) => void): boolean {
  const work = works.getStore();
  if (work === undefined || work === current) return false;
  if (work.hasStrayed) return true;
  work.hasStrayed = true;
  const mend = 'It counts for nothing; await what the objective does before it returns.';
  const what = boundedText(thrown, LIMITS.name).replace(/\.$/, '');
  warn(`${nameOf(work.origin)} left something behind that failed after its end: ${what}. ${mend}`);
  return true;
}

function nameOf({ phase, trial }: Origin): string {
  return { prepare: 'The preparation', trial: `Trial ${trial}`, retrain: 'The retraining' }[phase];
}
