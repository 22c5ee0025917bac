import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Failure } from '../../study/trial/outcome.ts';
import { Channel, type Handlers, type Port } from '../wire/channel.ts';
import { NativeLines } from '../wire/native-lines.ts';
import { BEGINNING, type CoordinatorMethods, type WorkerMethods } from '../wire/protocol.ts';

const ENTRY = fileURLToPath(new URL('../../../bin/worker.js', import.meta.url));
const KEPT_STDERR_LINES = 20;

/** How a worker process ended. */
export interface WorkerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Thrown by requests to a worker that has died, and kept with the trial that it ran. */
export class WorkerDied extends Error {
  /** As a trial keeps it. */
  readonly failure: Failure;

  constructor({ code, signal }: WorkerExit, lastWords: Pick<Failure, 'stderr'>) {
    super(`The worker process ${signal === null ? `exited with code ${code}` : `was ended by ${signal}`}.`);
    this.name = 'WorkerDied';
    this.failure = { name: this.name, message: this.message, ...lastWords };
  }
}

/** Where code may write to. */
export type OutputStream = 'stdout' | 'stderr';

/** The options that a worker process is started with. */
export interface WorkerOptions {
  /** Added to this process's environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly handlers: Handlers<CoordinatorMethods>;
  /** A line that the study's code wrote. */
  readonly onOutput: (stream: OutputStream, line: string) => void;
  /** Called when the worker begins with a request: the lines that follow belong to it. */
  readonly onBeginning: (stream: OutputStream) => void;
}

/** A worker process, as its parent sees it. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #channel: Channel<CoordinatorMethods, WorkerMethods>;
  readonly #lastStderr: string[] = [];
  /** Fulfilled when the process has ended. */
  readonly exited: Promise<WorkerExit>;
  #alive = true;

  constructor(options: WorkerOptions) {
    this.#child = fork(ENTRY, [String(process.pid)], {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ...options.env },
    });
    this.#channel = new Channel(this.#child as Port, options.handlers);
    for (const name of ['stdout', 'stderr'] as const) {
      const stream = this.#child[name];
      if (stream === null) continue;
      const native = new NativeLines();
      createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (whole) => {
        const taken = native.take(whole);
        if (taken === undefined) return;
        const line = taken.text;
        const isBeginning = line.endsWith(BEGINNING);
        const text = isBeginning ? line.slice(0, -BEGINNING.length) : line; // what came before may lack its newline
        if (text !== '' || !isBeginning) {
          if (name === 'stderr') this.#keep(text);
          if (!taken.isNative) options.onOutput(name, text);
        }
        if (!isBeginning) return;
        if (name === 'stderr') this.#lastStderr.length = 0;
        options.onBeginning(name);
      });
    }
    this.exited = new Promise((resolve) => {
      const end = (exit: WorkerExit) => {
        this.#alive = false;
        this.#channel.close(new WorkerDied(exit, this.lastWords));
        resolve(exit);
      };
      // `close` comes after `exit`, when the last of its output has been read; `error` when it could not start at all.
      this.#child.on('close', (code, signal) => end({ code, signal }));
      this.#child.on('error', (error) => {
        this.#keep(error.message);
        if (this.#child.pid === undefined) end({ code: null, signal: null });
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get isAlive(): boolean {
    return this.#alive;
  }

  /** The last lines that it wrote to stderr over what it does, as a failure keeps them. */
  get lastWords(): Pick<Failure, 'stderr'> {
    return this.#lastStderr.length === 0 ? {} : { stderr: this.#lastStderr.join('\n') };
  }

  /** Asks the worker for something. @throws {@link WorkerDied} if it dies before it answers. */
  readonly request: Channel<CoordinatorMethods, WorkerMethods>['request'] = (method, argument) =>
    this.#channel.request(method, argument);

  /** Ends the process at once. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
  }

  #keep(line: string): void {
    this.#lastStderr.push(line);
    if (this.#lastStderr.length > KEPT_STDERR_LINES) this.#lastStderr.shift();
  }
}
