import { type ChildProcess, spawn } from 'node:child_process';
import { Readable } from 'node:stream';

const hasGroups = process.platform !== 'win32';

/** The watcher's script: it reads the group from its stdin, waits until that closes, kills the group, and tidies up. */
const WATCHER = `
read -r group && { read -r _; kill -9 -"$group"; }
rm -f -- "$1/$2"
rmdir -- "$1"`;

/** Of a program that has ended, output that a stranger still holds open is given up when it is silent for so long. */
const SILENCE_MS = 1_000;

/** How a program is started. */
export interface ProgramOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder made for the program, and the one file in it; removed if this process dies. */
  readonly folder: string;
  readonly file: string;
}

/** How a program ended. */
export interface ProgramExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * A program that runs in a process group of its own, which is ended as a whole: signals go to all of it, and what it
 * leaves running is killed when it ends. If this process dies, by SIGKILL too, a watcher kills the group: a shell that
 * waits for the end of a pipe whose other end only this process holds. (Windows knows neither: there signals end the
 * program alone.) What moves to another group or session on its own is out of reach.
 */
export class ProcessGroup {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Fulfilled when the program itself has ended; rejected if it could not be started. */
  readonly exited: Promise<ProgramExit>;
  readonly #child: ChildProcess;
  readonly #watcher: ChildProcess | undefined;
  #killing: NodeJS.Timeout | undefined;
  #ended = false;

  /** @throws what `spawn` throws, such as for arguments with a NUL in them. */
  constructor(words: readonly string[], { cwd, env, folder, file }: ProgramOptions) {
    const [program = '', ...args] = words;
    // The watcher comes first, so that it is there when the program is.
    const watcher = hasGroups ? spawnWatcher(folder, file) : undefined;
    this.#watcher = watcher;
    try {
      this.#child = spawn(program, args, { cwd, env, detached: hasGroups, stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (error) {
      watcher?.kill('SIGKILL');
      throw error;
    }
    const { pid, stdout, stderr } = this.#child;
    if (pid !== undefined) watcher?.stdin?.write(`${pid}\n`);
    this.stdout = stdout ?? Readable.from([]); // null where there were not even pipes to be had
    this.stderr = stderr ?? Readable.from([]);
    this.exited = new Promise<ProgramExit>((resolve, reject) => {
      this.#child.on('error', (error) => pid === undefined && reject(error));
      this.#child.on('exit', (code, signal) => resolve({ code, signal }));
    }).finally(() => this.#close());
  }

  /** Sends a signal to all of the group, and kills what is left of it after `graceMs`. */
  end(signal: NodeJS.Signals, graceMs: number): void {
    if (this.#ended) return;
    this.#send(signal);
    clearTimeout(this.#killing);
    this.#killing = setTimeout(() => this.#send('SIGKILL'), graceMs);
  }

  /**
   * Waits for what reads the output of a program that has ended: to the end, or until a process that has left the group
   * and still holds the pipe has been silent for a while.
   */
  async drained(reading: Promise<unknown>): Promise<void> {
    const streams = [this.stdout, this.stderr];
    const bytes = () => streams.map((stream) => (stream as Readable & { bytesRead?: number }).bytesRead).join();
    let before = '';
    const watch = setInterval(() => {
      const now = bytes();
      // A reader that is busy has stopped the flow itself.
      if (now === before && streams.every((stream) => stream.readableLength === 0)) {
        for (const stream of streams) stream.destroy();
      }
      before = now;
    }, SILENCE_MS);
    try {
      await reading;
    } finally {
      clearInterval(watch);
    }
  }

  #close(): void {
    this.#ended = true;
    clearTimeout(this.#killing);
    if (hasGroups) this.#send('SIGKILL');
    this.#watcher?.kill('SIGKILL');
  }

  #send(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(hasGroups ? -pid : pid, signal);
    } catch {
      // There is nobody left in it.
    }
  }
}

/** In a session of its own, so that no signal to this process's group or terminal reaches it. */
function spawnWatcher(folder: string, file: string): ChildProcess {
  const watcher = spawn('/bin/sh', ['-c', WATCHER, 'hpo-watcher', folder, file], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
  });
  watcher.on('error', () => undefined); // no shell, no watcher: the program runs all the same
  watcher.stdin?.on('error', () => undefined);
  return watcher;
}
