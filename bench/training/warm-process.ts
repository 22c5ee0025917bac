import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** A trainer in a process of its own that stays warm between its turns (`trainer.ts`, `bench/peer/training.py`). */
export class WarmProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** The next line that it writes. @throws Error where it has come to its end instead. */
  async read<T>(): Promise<T> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`${this.#child.spawnargs.join(' ')} came to its end`);
    return JSON.parse(value) as T;
  }

  /** Has it do some training steps. */
  async train(steps: number): Promise<{ readonly seconds: number; readonly peakBytes: number }> {
    this.#child.stdin.write(`${steps}\n`);
    return this.read();
  }

  async end(): Promise<void> {
    const ended = once(this.#child, 'close');
    this.#child.stdin.end();
    await ended;
  }
}
