import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { drained } from '../machine/output-lines.ts';

/** The options of {@link runProgram}. */
export interface ProgramOptions {
  /** The working directory. Default: that of this process. */
  readonly cwd?: string;
  /** Variables to add to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Kills the program and all that it started. With a signal the program has a process group of its own, which Ctrl-C
   * does not reach; without one it shares ours.
   */
  readonly signal?: AbortSignal;
}

/** Thrown where a program could not be started, or failed. */
export class ProgramFailed extends Error {
  /** The program's whole standard error. */
  readonly stderr: string;
  /** The program's whole standard output. */
  readonly stdout: string;

  constructor(message: string, { stdout, stderr }: { readonly stdout: string; readonly stderr: string }) {
    super(message);
    this.name = 'ProgramFailed';
    this.stderr = stderr;
    this.stdout = stdout;
  }
}

const isWindows = process.platform === 'win32';

/**
 * Runs a program to its end.
 *
 * @param program its name; on Windows also a script, such as npm, which only a shell can start.
 * @returns its standard output, trimmed.
 * @throws {@link ProgramFailed}, or the signal's reason.
 */
export async function runProgram(program: string, args: readonly string[], options: ProgramOptions): Promise<string> {
  const { cwd, env, signal } = options;
  signal?.throwIfAborted();
  const child = spawn(program, args, {
    ...(cwd !== undefined && { cwd }),
    env: { ...process.env, ...env },
    shell: isWindows,
    detached: signal !== undefined && !isWindows,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  const reading = Promise.all([once(child.stdout, 'close'), once(child.stderr, 'close')]);
  const kill = (): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(isWindows ? child.pid : -child.pid, 'SIGKILL');
    } catch {
      // It has just ended.
    }
  };
  signal?.addEventListener('abort', kill);
  try {
    const ending = await new Promise<string | undefined>((resolve, reject) => {
      child.on('error', (error) => reject(new ProgramFailed(error.message, output)));
      child.on('exit', (code, by) => resolve(code === 0 ? undefined : (by ?? `code ${code}`)));
    });
    await drained([child.stdout, child.stderr], reading); // a process that it left running may hold them open
    signal?.throwIfAborted();
    if (ending !== undefined) throw new ProgramFailed(`${program} ended with ${ending}`, output);
    return output.stdout.trim();
  } finally {
    signal?.removeEventListener('abort', kill);
  }
}
