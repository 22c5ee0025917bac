import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { folderProblem, makeFolder } from '../../base/made-folder.ts';
import type { TaskOptions } from './progress.ts';

const pollMs = 300;
/**
 * The age at which a lock belongs to a dead process: a live one renews it five times in this time, even while it
 * unpacks pictures.
 */
const staleMs = 20_000;

/**
 * Runs a task while no other process runs one in the same folder, and waits for the others as long as it takes. The
 * lock of a process that was killed is taken over after 20 s.
 *
 * @param folder is made in the cache where it is missing.
 * @param activity of the task, for people who wait: `fetching CIFAR-10`.
 * @param task receives a signal that is also aborted when the lock is lost (the process was asleep for too long).
 * @throws HpoError HPO_FOLDER or HPO_DISK where the folder takes no files.
 */
export async function withFolderLock<Result>(
  folder: string,
  activity: string,
  { log, signal }: TaskOptions,
  task: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  makeFolder(folder, 'cache');
  const lost = new AbortController();
  const options = {
    lockfilePath: join(folder, 'download.lock'),
    realpath: false,
    stale: staleMs,
    update: staleMs / 5,
    onCompromised: (reason: Error) => lost.abort(reason),
  };
  for (let attempt = 0; ; attempt++) {
    signal?.throwIfAborted();
    const release = await lock(folder, options).catch((reason: NodeJS.ErrnoException) => {
      if (reason.code !== 'ELOCKED') throw folderProblem(folder, 'cache', reason) ?? reason;
      return undefined;
    });
    if (release) {
      try {
        return await task(AbortSignal.any([lost.signal, ...(signal ? [signal] : [])]));
      } finally {
        if (!lost.signal.aborted) await release();
      }
    }
    if (attempt === 0) log?.(`another process is ${activity}; waiting for it`);
    await setTimeout(pollMs, undefined, signal ? { signal } : {});
  }
}
