import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { commandLineOf, descendantsOf, environmentOf, hasProc, processNumbers } from './proc.ts';

/** Whether the system has process groups: Windows has none. */
export const hasGroups = process.platform !== 'win32';

/** The environment variable by which Linux shows the members of a group, also in a session of their own. */
export const MARK = 'HPO_PROCESS_GROUP';

/** The name that the watcher runs under. */
export const WATCHER_NAME = 'hpo-watcher';

/**
 * The watcher's script: it reads the group from its stdin, waits until stdin closes, kills the group, and tidies up.
 */
const WATCHER = `
read -r group && { read -r _; kill -9 -"$group"; }
for file in $(grep -ls "${MARK}=$1" /proc/[0-9]*/environ); do
  pid=\${file#/proc/}
  kill -9 "\${pid%/environ}"
done
[ -z "$2" ] || { rm -f -- "$2/$3"; rmdir -- "$2"; }`;

/** The most rounds of killing: a process that is killed may have started another the moment before. */
const MOST_ROUNDS = 10;

/** The most watchers of a group, one after the other: somebody may kill one. */
const MOST_WATCHERS = 4;

/** A folder made for the group's leader, and the one file in it; removed if this process dies. */
export interface LeadersFolder {
  readonly folder: string;
  readonly file: string;
}

/**
 * A process with all that it starts, to be ended as a whole. It leads a process group of its own, to which signals go.
 * On Linux, processes that have left the group for a session of their own are recognised by a mark in their
 * environment, and are killed with it. If this process dies, even by SIGKILL, a watcher kills the group: a shell that
 * waits for the end of a pipe whose other end only this process holds. On Windows the leader alone is ended.
 */
export class ProcessGroup {
  readonly #mark = [process.env[MARK], randomUUID()].filter(Boolean).join('/');
  #watcher: ChildProcess | undefined;
  #leader: ChildProcess | undefined;
  #isClosed = false;

  /** Starts the watcher, so that it is there when the leader is. */
  constructor(leaders?: LeadersFolder) {
    if (hasGroups) this.#watch(leaders, MOST_WATCHERS);
  }

  /** Whether a watcher kills the group if this process dies. */
  get isWatched(): boolean {
    return this.#watcher?.pid !== undefined;
  }

  /** The options with which the group's leader is to be spawned, in addition to its own. */
  leading(env: Readonly<Record<string, string | undefined>>): {
    readonly detached: boolean;
    readonly env: Record<string, string | undefined>;
  } {
    return { detached: hasGroups, env: { ...env, [MARK]: this.#mark } };
  }

  /** Takes the process that leads the group. */
  lead(leader: ChildProcess): void {
    this.#leader = leader;
    this.#nameLeader();
  }

  /** Sends a signal to the process group. */
  signal(signal: NodeJS.Signals): void {
    const pid = this.#leader?.pid;
    if (pid !== undefined && !this.#isClosed) send(hasGroups ? -pid : pid, signal);
  }

  /** Kills all that belong to the group, those that have left it included. */
  kill(): void {
    const family = this.#family(); // found first: nothing shows them any more when the leader is gone
    this.signal('SIGKILL');
    if (!hasProc()) return;
    for (const member of family) send(member, 'SIGKILL');
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const members = this.#marked();
      if (members.length === 0) return;
      for (const pid of members) send(pid, 'SIGKILL');
    }
  }

  /** Kills what the leader has left, and ends the watcher. To be called when the leader has ended. */
  close(): void {
    if (this.#isClosed) return;
    this.kill();
    this.#isClosed = true; // the group's number may be somebody else's from now on
    this.#watcher?.kill('SIGKILL');
  }

  /** Starts a watcher, and another one if it is killed. */
  #watch(leaders: LeadersFolder | undefined, most: number): void {
    this.#watcher = spawnWatcher(this.#mark, leaders);
    this.#nameLeader();
    this.#watcher.on('exit', () => {
      if (!this.#isClosed && most > 1) this.#watch(leaders, most - 1);
    });
  }

  #nameLeader(): void {
    const pid = this.#leader?.pid;
    if (pid !== undefined) this.#watcher?.stdin?.write(`${pid}\n`);
  }

  /**
   * The leader's descendants while it lives, but for the watchers of groups among them, which still have to tidy up.
   */
  #family(): number[] {
    const { pid, exitCode = null, signalCode = null } = this.#leader ?? {};
    if (pid === undefined || exitCode !== null || signalCode !== null || !hasProc()) return [];
    return descendantsOf(pid).filter((member) => !commandLineOf(member).includes(WATCHER_NAME));
  }

  #marked(): number[] {
    return processNumbers().filter((pid) => environmentOf(pid).includes(`${MARK}=${this.#mark}`));
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // The process is gone.
  }
}

/** Starts the watcher in a session of its own and without the mark, so that nothing that ends a group reaches it. */
function spawnWatcher(mark: string, leaders: LeadersFolder | undefined): ChildProcess {
  const args = [WATCHER_NAME, mark, leaders?.folder ?? '', leaders?.file ?? ''];
  const watcher = spawn('/bin/sh', ['-c', WATCHER, ...args], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
  });
  watcher.on('error', () => undefined); // no shell, no watcher: the leader runs all the same
  watcher.stdin?.on('error', () => undefined);
  return watcher;
}
