import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { CHECKOUT, writeFiles } from './run-hpo.ts';

let count = 0;

/** Whether tmux is there, which is what a {@link Terminal} is made of. */
export function hasTmux(): boolean {
  try {
    execFileSync('tmux', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A real terminal in which a shell runs, where `hpo` is the checkout's and no CI is known of. */
export class Terminal {
  readonly #socket = `hpo-test-${process.pid}-${count++}`;
  readonly #cwd: string;

  constructor(cwd: string, columns = 80, rows = 30) {
    this.#cwd = cwd;
    writeFiles(cwd, { 'shell.sh': `hpo() { '${process.execPath}' '${CHECKOUT}/bin/hpo.js' "$@"; }\nPS1=''\nclear\n` });
    this.#tmux(
      'new-session',
      '-d',
      '-x',
      String(columns),
      '-y',
      String(rows),
      'env -u CI -u CONTINUOUS_INTEGRATION sh',
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

  /** Waits until the screen shows something; fails after a minute. @returns the screen. */
  async until(pattern: RegExp): Promise<string> {
    for (let waits = 0; waits < 600; waits++) {
      const shown = this.screen();
      if (pattern.test(shown)) return shown;
      await sleep(100);
    }
    throw new Error(`The terminal never showed ${pattern}, but:\n${this.screen()}`);
  }

  /** What tmux knows of the terminal, by one of its format variables, such as `cursor_flag` and `alternate_on`. */
  ask(variable: string): string {
    return this.#tmux('display-message', '-p', `#{${variable}}`).trim();
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  close(): void {
    this.#tmux('kill-server');
  }

  #tmux(...args: readonly string[]): string {
    return execFileSync('tmux', ['-L', this.#socket, ...args], { cwd: this.#cwd, encoding: 'utf8' });
  }
}
