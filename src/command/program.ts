import { type ChildProcess, spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { type LeadersFolder, ProcessGroup } from '../machine/process-group.ts';

/** The way a program is started. */
export interface ProgramOptions extends LeadersFolder {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The way a program ended. */
export interface ProgramExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program that leads a {@link ProcessGroup}: signals go to all of it, and what it leaves running is killed. */
export class Program {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Fulfilled when the program itself has ended; rejected if it could not be started. */
  readonly exited: Promise<ProgramExit>;
  readonly #group: ProcessGroup;
  #killing: NodeJS.Timeout | undefined;

  /** @throws what `spawn` throws, such as for arguments with a NUL in them. */
  constructor(words: readonly string[], { cwd, env, ...leaders }: ProgramOptions) {
    const [program = '', ...args] = words;
    this.#group = new ProcessGroup(leaders);
    let child: ChildProcess;
    try {
      child = spawn(program, args, { cwd, ...this.#group.leading(env), stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (error) {
      this.#group.close();
      throw error;
    }
    this.#group.lead(child);
    const { pid, stdout, stderr } = child;
    this.stdout = stdout ?? Readable.from([]); // null where the system had no pipes left
    this.stderr = stderr ?? Readable.from([]);
    this.exited = new Promise<ProgramExit>((resolve, reject) => {
      child.on('error', (error) => pid === undefined && reject(error));
      child.on('exit', (code, signal) => resolve({ code, signal }));
    }).finally(() => {
      clearTimeout(this.#killing);
      this.#group.close();
    });
  }

  /** Sends a signal to all of the group, and kills what is left of it after `graceMs`. */
  end(signal: NodeJS.Signals, graceMs: number): void {
    this.#group.signal(signal);
    clearTimeout(this.#killing);
    this.#killing = setTimeout(() => this.#group.kill(), graceMs);
  }
}
