import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/**
 * A process that stays warm between its turns: it reads the amount of work of each, and writes a line of JSON about it.
 */
export class WarmProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** The next line that it writes. @throws Error where it has ended instead. */
  async read<T>(): Promise<T> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`${this.#child.spawnargs.join(' ')} came to its end`);
    return JSON.parse(value) as T;
  }

  /** Has it do some work. @returns its report. */
  turn<T>(count: number): Promise<T> {
    this.#child.stdin.write(`${count}\n`);
    return this.read();
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return; // it has failed
    const ended = once(this.#child, 'close');
    this.#child.stdin.end();
    await ended;
  }
}
