import { execFileSync } from 'node:child_process';
import { hostname } from 'node:os';
import { hasProc, link, procEntry, read } from './proc.ts';

/** A process, distinguished from every other one, even in other containers and after a restart of the machine. */
export interface ProcessIdentity {
  readonly host: string;
  /** The start of the machine that its number belongs to; '' where the system does not name it. */
  readonly boot: string;
  /** The pid namespace that its number belongs to: containers have their own. '' where there are none. */
  readonly namespace: string;
  readonly pid: number;
  /** The time at which it started, in the system's own form; '' where the system has none. */
  readonly started: string;
}

/** `stopped`: the process is there, but suspended by a signal. `unknown`: its number means nothing here. */
export type Vitality = 'alive' | 'stopped' | 'dead' | 'unknown';

let own: ProcessIdentity | undefined;

/** This process. */
export function thisProcess(): ProcessIdentity {
  own ??= {
    host: hostname(),
    boot: bootOf(process.platform),
    namespace: link('self/ns/pid') ?? '',
    pid: process.pid,
    started: startOf('self')?.started ?? '',
  };
  return own;
}

/**
 * Whether a process lives, as far as this one can know: within one start of one machine and one pid namespace, where
 * the system shows when processes have started.
 */
export function vitality({ boot, namespace, pid, started }: ProcessIdentity): Vitality {
  const self = thisProcess();
  if (boot === '' || boot !== self.boot || namespace !== self.namespace || !knowsProcesses()) return 'unknown';
  if (pid === self.pid) return started === self.started ? 'alive' : 'dead';
  if (!exists(pid)) return 'dead';
  const found = startOf(pid);
  if (found === undefined || started === '' || found.started === '') return exists(pid) ? 'unknown' : 'dead';
  return found.started === started ? found.state : 'dead';
}

/** An identity as a line of text: `4711@ada, boot 5f0c…, in pid:[4026531836], since 81234`. */
export function formatIdentity({ host, boot, namespace, pid, started }: ProcessIdentity): string {
  return `${pid}@${host}, boot ${boot}, in ${namespace}, since ${started}`;
}

/** The inverse of {@link formatIdentity}; undefined for anything else. */
export function parseIdentity(value: unknown): ProcessIdentity | undefined {
  const text = typeof value === 'string' ? value : '';
  const [, pid, host = '', boot = '', namespace = '', started = ''] =
    /^(\d+)@(.*), boot (.*), in (.*), since (.*)$/.exec(text) ?? [];
  return pid === undefined ? undefined : { host, boot, namespace, pid: Number(pid), started };
}

function knowsProcesses(): boolean {
  return process.platform !== 'linux' || hasProc();
}

/** The id of this start of the machine; '' where the system has none. */
function bootOf(platform: NodeJS.Platform): string {
  if (platform === 'linux') return read('sys/kernel/random/boot_id') ?? '';
  if (platform !== 'darwin') return '';
  try {
    return execFileSync('sysctl', ['-n', 'kern.bootsessionuuid'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return '';
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // it is there and belongs to somebody else
  }
}

interface Start {
  readonly started: string;
  readonly state: Exclude<Vitality, 'unknown'>;
}

/** The start of a process and its state now; undefined if the process is gone or the system does not say. */
function startOf(pid: number | 'self'): Start | undefined {
  if (process.platform === 'linux') return linuxStart(pid);
  if (process.platform === 'win32') return undefined;
  try {
    const [, state = '', started = ''] =
      /^(\S+)\s+(.*)$/.exec(
        execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid === 'self' ? process.pid : pid)], {
          encoding: 'utf8',
          env: { ...process.env, LC_ALL: 'C' },
          stdio: ['ignore', 'pipe', 'ignore'],
        }).trim(),
      ) ?? [];
    return { started, state: stateOf(state[0]) };
  } catch {
    return undefined;
  }
}

function linuxStart(pid: number | 'self'): Start | undefined {
  const entry = procEntry(pid);
  return entry && { started: entry.started, state: stateOf(entry.state) };
}

function stateOf(letter: string | undefined): Start['state'] {
  if (letter === 'Z' || letter === 'X') return 'dead'; // a zombie computes nothing
  return letter === 'T' || letter === 't' ? 'stopped' : 'alive';
}
