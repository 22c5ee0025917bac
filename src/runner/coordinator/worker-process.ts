import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { PACKAGE_ROOT } from '../../base/package-root.ts';
import { trialEnvironment } from '../../base/url-password.ts';
import { drained, LastLines } from '../../machine/output-lines.ts';
import { ProcessGroup } from '../../machine/process-group.ts';
import type { Failure } from '../../study/trial/outcome.ts';
import { Channel, type Handlers, type Port } from '../wire/channel.ts';
import type { CoordinatorMethods, Origin, WorkerMethods } from '../wire/protocol.ts';
import { suspendWithThisProcess } from './suspension.ts';
import { readOutput } from './worker-output.ts';

const BIN = new URL('bin/', PACKAGE_ROOT);
const ENTRY = fileURLToPath(new URL('worker.js', BIN));
const KEPT_STDERR_LINES = 20;

/**
 * The longest time, in milliseconds, for which the output of a worker that has ended is read; its death is known no
 * later.
 */
const DRAIN_LIMIT_MS = 10_000;

/** The way a worker process ended. */
export interface WorkerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Thrown by requests to a worker that has died, and stored with the trial that it ran. */
export class WorkerDied extends Error {
  /** The death as a trial stores it. */
  readonly failure: Failure;

  constructor({ code, signal }: WorkerExit, lastWords: Pick<Failure, 'stderr'>) {
    super(`The worker process ${signal === null ? `exited with code ${code}` : `was ended by ${signal}`}.`);
    this.name = 'WorkerDied';
    this.failure = { name: this.name, message: this.message, ...lastWords };
  }
}

/** The streams that code may write to. */
export type OutputStream = 'stdout' | 'stderr';

/** The options that a worker process is started with. */
export interface WorkerOptions {
  /** The absolute path of the study's file, whose tsconfig compiles TypeScript in the process and its children. */
  readonly studyFile: string;
  /** Variables to add to this process's environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly handlers: Handlers<CoordinatorMethods>;
  /** Takes a line that the study's code wrote. More is read only when its promise is fulfilled. */
  readonly onOutput: (stream: OutputStream, line: string) => Promise<void> | void;
  /** Called when the worker begins with some work, which the lines of the stream that follow belong to. */
  readonly onBeginning: (stream: OutputStream, work: Origin) => void;
  /** Called with the first message that the study's code sent to this process, in a few words. */
  readonly onForeign: (what: string) => void;
}

/** A worker process with all that its trials start, as its parent sees it. Nothing that they start outlives it. */
export class WorkerProcess {
  readonly #group = new ProcessGroup();
  readonly #child: ChildProcess;
  readonly #channel: Channel<CoordinatorMethods, WorkerMethods>;
  #lastStderr = new LastLines(KEPT_STDERR_LINES);
  /** Fulfilled when the process has ended and its output was read. */
  readonly exited: Promise<WorkerExit>;
  #alive = true;

  constructor(options: WorkerOptions) {
    const typescript = new URL(`typescript.js?study=${encodeURIComponent(options.studyFile)}`, BIN);
    const child = fork(ENTRY, [String(process.pid), this.#group.isWatched ? 'watched' : 'unwatched'], {
      execArgv: [...process.execArgv, '--import', typescript.href],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      ...this.#group.leading({ ...trialEnvironment(), ...options.env }),
    });
    this.#child = child;
    this.#group.lead(child);
    this.#channel = new Channel(child as Port, options.handlers, options.onForeign);
    const resume = suspendWithThisProcess(this.#group);
    const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
    const reading = Promise.all([
      child.stdout && this.#read('stdout', child.stdout, options),
      child.stderr && this.#read('stderr', child.stderr, options),
      once(child, 'disconnect').catch(() => undefined), // after its last message
    ]);
    this.exited = new Promise<WorkerExit>((resolve) => {
      child.on('exit', (code, signal) => {
        this.#alive = false;
        this.#group.close();
        void drained(streams, reading, DRAIN_LIMIT_MS).then(() => resolve({ code, signal }));
      });
      child.on('error', (error) => {
        this.#lastStderr.add(error.message);
        if (child.pid === undefined) resolve({ code: null, signal: null }); // it could not be started at all
      });
    }).then((exit) => {
      this.#alive = false;
      this.#group.close();
      resume();
      if (child.connected) child.disconnect();
      this.#channel.close(new WorkerDied(exit, this.lastWords));
      return exit;
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get isAlive(): boolean {
    return this.#alive;
  }

  /** The last lines that it wrote to stderr in its present request, as a failure stores them. */
  get lastWords(): Pick<Failure, 'stderr'> {
    const stderr = this.#lastStderr.toString();
    return stderr === '' ? {} : { stderr };
  }

  /** Sends the worker a request. @throws {@link WorkerDied} if it dies before it answers. */
  readonly request: Channel<CoordinatorMethods, WorkerMethods>['request'] = (method, argument) =>
    this.#channel.request(method, argument);

  /** Ends the process at once, with all that its trials have started. */
  async kill(): Promise<void> {
    this.#group.kill();
    await this.exited;
  }

  #read(name: OutputStream, stream: Readable, { onOutput, onBeginning }: WorkerOptions): Promise<void> {
    return readOutput(stream, {
      line: (text, isNative) => {
        if (name === 'stderr') this.#lastStderr.add(text);
        return isNative ? undefined : onOutput(name, text);
      },
      beginning: (work) => {
        if (name === 'stderr') this.#lastStderr = new LastLines(KEPT_STDERR_LINES);
        onBeginning(name, work);
      },
    });
  }
}
