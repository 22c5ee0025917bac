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
 * Ends this process, as Node does, for an exception or a rejection that nobody catches. If it comes from work that is
 * over, it warns instead, once for each work. A study with a handler of its own keeps that handler alone.
 */
export function watchStrays(warn: (message: string) => void): void {
  process.on('uncaughtException', (thrown: unknown) => {
    if (process.listenerCount('uncaughtException') > 1) return;
    const work = works.getStore();
    if (work === undefined || work === current) {
      process.stderr.write(`${bounded(inspect(thrown), LIMITS.stack)}\n`);
      process.exit(1);
    }
    if (work.hasStrayed) return;
    work.hasStrayed = true;
    const mend = 'It counts for nothing; await what the objective does before it returns.';
    const what = boundedText(thrown, LIMITS.name).replace(/\.$/, '');
    warn(`${nameOf(work.origin)} left something behind that failed after its end: ${what}. ${mend}`);
  });
}

function nameOf({ phase, trial }: Origin): string {
  return { prepare: 'The preparation', trial: `Trial ${trial}`, retrain: 'The retraining' }[phase];
}
