import { type ChildProcess, spawn } from 'node:child_process';

/** The alternate screen, without a cursor, on which a line that is wider than it was thought to be is cut off. */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l';
/** The ordinary screen with wrapped lines, and the cursor to be seen. */
const LEAVE = '\u001b[?7h\u001b[?1049l\u001b[?25h';

/**
 * Takes the terminal's alternate screen, and gives the ordinary one back whatever happens: when it is released, when
 * the process exits, and by a watcher of its own where the process is killed and can do nothing any more.
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
 * A shell that reads until its pipe breaks, which it does when this process is gone; in a session of its own, that what
 * ends this process and all that it has started spares it. Shells with line editing set the modes of the terminal
 * themselves: only where they are still those of ours a moment later, as without signals from keys, they are set back.
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
