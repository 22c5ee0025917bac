import { type ChildProcess, spawn } from 'node:child_process';

/** Switches to the alternate screen, hides the cursor, and cuts off lines that are too wide. */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l';
/** Switches to the ordinary screen, wraps lines, and shows the cursor. */
const LEAVE = '\u001b[?7h\u001b[?1049l\u001b[?25h';

/**
 * Takes the terminal's alternate screen, and always gives the ordinary one back: when it is released, when the process
 * exits, and by a watcher of its own where the process is killed.
 */
export class TerminalGuard {
  readonly #stdout: NodeJS.WriteStream;
  #watcher: ChildProcess | undefined;
  #isHeld = true;
  readonly #onExit = () => this.release();

  constructor(stdout: NodeJS.WriteStream) {
    this.#stdout = stdout;
    stdout.write(ENTER);
    process.on('exit', this.#onExit);
    if (process.platform !== 'win32') this.#watcher = watch(stdout);
  }

  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    process.off('exit', this.#onExit);
    this.#watcher?.kill('SIGKILL');
    this.#stdout.write(LEAVE);
  }
}

/**
 * Starts the watcher, a shell that reads until its pipe breaks, as it does when this process is gone. It has a session
 * of its own, so that signals to this process and its children do not reach it. Shells with line editing set the modes
 * of the terminal themselves: the watcher sets them back only if they are still ours a moment later, without signals
 * from keys.
 */
function watch(terminal: NodeJS.WriteStream): ChildProcess {
  const leave = `printf '${LEAVE.replaceAll('\u001b', '\\033')}'`;
  const restore = `exec 3>&1; cat >/dev/null; ${leave}; sleep 0.2; stty -a <&3 | grep -q -- -isig && stty sane <&3`;
  const watcher = spawn('sh', ['-c', restore], { stdio: ['pipe', terminal, 'ignore'], detached: true });
  watcher.on('error', () => undefined); // without a shell there is no watcher
  watcher.unref();
  (watcher.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  return watcher;
}
