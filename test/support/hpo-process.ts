import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll } from 'vitest';
import { hasProc, procEntry } from '../../src/machine/proc.ts';
import type { RunEvent } from '../../src/study/run-event.ts';
import { PROGRAM } from './run-hpo.ts';

const started: ChildProcess[] = [];

afterAll(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL'); // left behind by a failed test
});

/** A run of the real program with `--json`, its events as they come. */
export class HpoProcess {
  readonly child: ChildProcess;
  readonly events: RunEvent[] = [];
  /** Fulfilled when it has ended and all its output was read. */
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>;
  #stderr = '';
  readonly #waiting = new Set<() => void>();

  /** @param wrapper a command, with its arguments, that runs the program. */
  constructor(
    folder: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    wrapper: readonly string[] = [],
  ) {
    const [command = process.execPath, ...rest] = [...wrapper, process.execPath, PROGRAM, ...args, '--json'];
    this.child = spawn(command, rest, {
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    started.push(this.child);
    if (this.child.stdout === null || this.child.stderr === null) throw new Error('no pipes');
    let torn: string | undefined;
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      try {
        this.events.push(JSON.parse(line) as RunEvent);
      } catch {
        torn = line; // a killed program may leave half a line
      }
      for (const check of this.#waiting) check();
    });
    this.child.stderr.on('data', (chunk) => {
      this.#stderr += String(chunk);
    });
    this.ended = new Promise((resolve) => {
      this.child.on('close', (code) => {
        if (code !== null && torn !== undefined) this.#stderr += `no event: ${torn}\n`;
        resolve({ code, stderr: this.#stderr });
        for (const check of this.#waiting) check();
      });
    });
  }

  /** Waits for an event; fails if the program ends without it. */
  async waitFor<T extends RunEvent['type']>(
    type: T,
    matches: (event: Extract<RunEvent, { type: T }>) => boolean = () => true,
  ): Promise<Extract<RunEvent, { type: T }>> {
    const find = () => this.of(type).find(matches);
    return new Promise((resolve, reject) => {
      const check = () => {
        const found = find();
        const over = this.child.exitCode !== null || this.child.signalCode !== null;
        if (found === undefined && !over) return;
        this.#waiting.delete(check);
        if (found !== undefined) resolve(found);
        else reject(new Error(`It ended without ${type}. ${this.#stderr}`));
      };
      this.#waiting.add(check);
      check();
    });
  }

  /** The text on stderr so far. */
  get said(): string {
    return this.#stderr;
  }

  /** All events of one type so far. */
  of<T extends RunEvent['type']>(type: T): Extract<RunEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);
  }
}

/** Whether a process exists; a zombie, which only waits for its parent, does not. */
export function isAlive(pid: number): boolean {
  if (hasProc()) return !'ZX'.includes(procEntry(pid)?.state ?? 'X');
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  const state = stdout.trim();
  return state !== '' && !state.startsWith('Z');
}

/** Waits until a condition holds; fails after two minutes. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`It did not happen: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
