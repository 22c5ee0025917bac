import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { PACKAGE_ROOT } from '../../../base/package-root.ts';

const program = fileURLToPath(new URL('bin/probe.js', PACKAGE_ROOT));

/** The time of a measurement, and the longest wait for a start or an answer. */
const [spanMs, patienceMs] = [600, 60_000];

/** The output of libraries is dropped: it would break into the lines of a run. */
const stdio = ['ignore', 'ignore', 'ignore', 'ipc'] as const;

/** Images a second of all processes together, by their number. */
export type Rates = Readonly<Record<number, number>>;

/**
 * Lets one process train on a device, then two at once, then four, as the workers of a run would.
 *
 * @param backend as {@link device} takes it.
 * @param goesOn whether to try twice as many after what was measured so far.
 * @returns what was measured until that, or until a process failed: there was no room for it.
 */
export async function measureTogether(backend: string, goesOn: (rates: Rates) => Promise<boolean>): Promise<Rates> {
  const processes: ChildProcess[] = [];
  const rates: Record<number, number> = {};
  try {
    do {
      const count = Math.max(1, 2 * processes.length);
      const added = Array.from({ length: count - processes.length }, () =>
        fork(program, [backend], { stdio: [...stdio] }),
      );
      processes.push(...added);
      await Promise.all(added.map((child) => answerOf(child)));
      const each = await Promise.all(
        processes.map((child) => {
          child.send(spanMs, () => undefined); // a process that has ended gives no answer, which is noticed
          return answerOf(child);
        }),
      );
      rates[count] = each.reduce<number>((sum, rate) => sum + Number(rate), 0);
    } while (await goesOn(rates));
  } catch (reason) {
    if (!(reason instanceof NoAnswer)) throw reason;
  } finally {
    await Promise.all(processes.map(end));
  }
  return rates;
}

class NoAnswer extends Error {}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const controller = new AbortController();
  const { signal } = controller;
  const timer = setTimeout(() => controller.abort(), patienceMs);
  try {
    if (child.exitCode !== null || child.signalCode !== null) throw new NoAnswer();
    const gone = once(child, 'exit', { signal }).then(() => undefined);
    const message = await Promise.race([once(child, 'message', { signal }), gone]);
    if (!message) throw new NoAnswer();
    return message[0];
  } catch {
    throw new NoAnswer();
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
