import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../../../bin/probe.js', import.meta.url));

/** How long a measurement takes, and how long to wait for an answer or a start at the most. */
const [spanMs, patienceMs] = [600, 60_000];

/** Whatever a library says of itself would break into the lines of a run. */
const stdio = ['ignore', 'ignore', 'ignore', 'ipc'] as const;

/** Images a second of all processes together, by their number. */
export type Rates = Readonly<Record<number, number>>;

/**
 * Has one process train on a device, then two at once, and so on, as the workers of a run would.
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
          child.send(spanMs, () => undefined); // one that has ended is told of by its answer that does not come
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
