import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process as Linux's `/proc` shows it. */
export interface ProcEntry {
  /** A letter: `Z` and `X` are processes that have ended. */
  readonly state: string;
  readonly parent: number;
  readonly session: number;
  /** When it started, in ticks since the machine did. */
  readonly started: string;
}

/** Whether `/proc` shows the processes of our own pid namespace; a container may have its host's mounted. */
export function hasProc(): boolean {
  return process.platform === 'linux' && link('self') === String(process.pid);
}

/** The numbers of all processes; none where there is no `/proc`. */
export function processNumbers(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** The entry of a process; undefined if the process is gone. */
export function procEntry(pid: number | 'self'): ProcEntry | undefined {
  const stat = read(`${pid}/stat`);
  if (stat === undefined) return undefined;
  // proc(5): the name in parentheses may hold any character; after it come the fields from the third on.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = '', parent, , session] = fields;
  return { state, parent: Number(parent), session: Number(session), started: fields[19] ?? '' };
}

/** The processes that a process has started, and those that these have, as long as none between them has ended. */
export function descendantsOf(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const each of processNumbers()) {
    const parent = procEntry(each)?.parent ?? 0;
    children.set(parent, [...(children.get(parent) ?? []), each]);
  }
  const family = [pid];
  for (const each of family) family.push(...(children.get(each) ?? []));
  return family.slice(1);
}

/** The variables that a process was started with, as `NAME=value` between NULs; '' where they are not ours to read. */
export function environmentOf(pid: number): string {
  return read(`${pid}/environ`) ?? '';
}

/** The words that a process was started with, between spaces. */
export function commandLineOf(pid: number): string {
  return (read(`${pid}/cmdline`) ?? '').replaceAll('\0', ' ').trim();
}

/** The contents of a file below `/proc`, trimmed. */
export function read(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** The target of a link below `/proc`. */
export function link(path: string): string | undefined {
  try {
    return readlinkSync(`/proc/${path}`);
  } catch {
    return undefined;
  }
}
