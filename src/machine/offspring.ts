import { setTimeout as sleep } from 'node:timers/promises';
import { commandLineOf, environmentOf, hasProc, procEntry, processNumbers } from './proc.ts';
import { MARK, WATCHER_NAME } from './process-group.ts';

/** A process that something has left running. */
export interface Leftover {
  readonly pid: number;
  /** The words that it was started with. */
  readonly command: string;
}

/** The time that a process which is ending anyway is given. */
const ENDING_MS = 20;
const MOST_ROUNDS = 10;

/**
 * The processes that this one, a group's leader, starts from now on, by itself or through others; those that have left
 * its group are among them. Only Linux shows them; elsewhere there are none.
 */
export class Offspring {
  readonly #before = new Set(hasProc() ? processNumbers() : []);
  readonly #isSpared: (command: string) => boolean;

  /** @param isSpared whether a process is to be left alone, by the words that it was started with. */
  constructor(isSpared: (command: string) => boolean) {
    this.#isSpared = isSpared;
  }

  /** Kills those that still run. @returns the processes that were killed. */
  async end(): Promise<Leftover[]> {
    if (this.#find().length === 0) return [];
    await sleep(ENDING_MS);
    const ended: Leftover[] = [];
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const found = this.#find();
      if (found.length === 0) break;
      for (const leftover of found) {
        try {
          process.kill(leftover.pid, 'SIGKILL');
        } catch {
          continue; // it has just ended
        }
        if (!ended.some(({ pid }) => pid === leftover.pid)) ended.push(leftover);
      }
      await sleep(ENDING_MS / 10);
    }
    return ended;
  }

  #find(): Leftover[] {
    if (!hasProc()) return [];
    const mark = process.env[MARK];
    const ours = new Set([process.pid]);
    const found: Leftover[] = [];
    for (const pid of processNumbers()) {
      if (this.#before.has(pid)) continue;
      const entry = procEntry(pid);
      if (entry === undefined || entry.state === 'Z' || entry.state === 'X') continue;
      const isOurs =
        entry.session === process.pid ||
        ours.has(entry.parent) ||
        (mark !== undefined && environmentOf(pid).includes(`${MARK}=${mark}`));
      if (!isOurs) continue;
      ours.add(pid);
      const command = commandLineOf(pid);
      if (!command.includes(WATCHER_NAME) && !this.#isSpared(command)) found.push({ pid, command });
    }
    return found;
  }
}
