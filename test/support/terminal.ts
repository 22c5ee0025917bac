import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROGRAM, writeFiles } from './run-hpo.ts';

let count = 0;

/** Whether tmux is installed, which a {@link Terminal} needs. */
export function hasTmux(): boolean {
  try {
    execFileSync('tmux', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A real terminal in which a shell runs, where `hpo` is installed and no CI is detected. */
export class Terminal {
  readonly #socket = `hpo-test-${process.pid}-${count++}`;
  readonly #cwd: string;
  #isOpen = true;

  constructor(cwd: string, columns = 80, rows = 30, shell = 'sh') {
    this.#cwd = cwd;
    writeFiles(cwd, { 'shell.sh': `hpo() { '${process.execPath}' '${PROGRAM}' "$@"; }\nPS1=''\nclear\n` });
    this.#tmux(
      'new-session',
      '-d',
      '-x',
      String(columns),
      '-y',
      String(rows),
      `exec env -u CI -u CONTINUOUS_INTEGRATION ${shell}`,
    );
    this.press('. ./shell.sh', 'Enter');
  }

  /** Presses keys: characters as they are, others by tmux's names (`Enter`, `C-c`). */
  press(...keys: readonly string[]): void {
    this.#tmux('send-keys', ...keys);
  }

  screen(): string {
    return this.#tmux('capture-pane', '-p').trimEnd();
  }

  /** Waits until the screen shows something; fails after two minutes. @returns the screen. */
  async until(pattern: RegExp): Promise<string> {
    for (let waits = 0; waits < 1200; waits++) {
      const shown = this.screen();
      if (pattern.test(shown)) return shown;
      await sleep(100);
    }
    throw new Error(`The terminal never showed ${pattern}, but:\n${this.screen()}`);
  }

  /** The values of tmux's format variables for the terminal, such as `cursor_flag`, with spaces between them. */
  ask(...variables: readonly string[]): string {
    return this.#tmux('display-message', '-p', variables.map((name) => `#{${name}}`).join(' ')).trim();
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  /** The modes of the terminal as `stty` prints them: `isig`, or `-isig` where it is off. */
  modes(): ReadonlySet<string> {
    return new Set(
      execFileSync('sh', ['-c', `stty -a <${this.ask('pane_tty')}`], { encoding: 'utf8' }).split(/[\s;]+/),
    );
  }

  /** The process of the `hpo` that runs in the shell; undefined while none does. */
  program(): number | undefined {
    const { stdout } = spawnSync('ps', ['-o', 'pid=,args=', '--ppid', this.ask('pane_pid')], { encoding: 'utf8' });
    const running = stdout.split('\n').find((line) => line.includes('bin/hpo.js'));
    return running === undefined ? undefined : Number.parseInt(running, 10);
  }

  /** Keeps all that is written to the terminal from now on. @returns a function that returns it. */
  record(): () => string {
    const file = join(this.#cwd, 'written.txt');
    writeFiles(this.#cwd, { 'written.txt': '' });
    this.#tmux('pipe-pane', `cat >>'${file}'`);
    return () => readFileSync(file, 'utf8');
  }

  /** Closes it, as a person closes a window; processes in it are sent SIGHUP. */
  close(): void {
    this.#tmux('kill-server');
    this.#isOpen = false;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  #tmux(...args: readonly string[]): string {
    return execFileSync('tmux', ['-L', this.#socket, ...args], { cwd: this.#cwd, encoding: 'utf8' });
  }
}
