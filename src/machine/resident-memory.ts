import { execFile } from 'node:child_process';
import { groupedBy } from '../base/grouped-by.ts';
import { hasProc, procEntry, processNumbers, read } from './proc.ts';

/** A process as a look at the system shows it. */
interface Seen {
  readonly pid: number;
  readonly parent: number;
  /** The number of its session, or of its process group where the system shows no sessions. */
  readonly group: number;
  /** The memory of it that is in the machine, in bytes. */
  readonly bytes: () => number;
}

/** The time that `ps` may take, in milliseconds. */
const LIMIT_MS = 2_000;

/**
 * The memory, in bytes, that each of some processes takes together with those that it has started, by its number: the
 * resident sets as the system counts them, in which memory that several processes share counts for each. Members of its
 * process group or session count, too, if they were started by others. A process that is gone, and any on a system that
 * does not show the memory of others (Windows), is left out.
 */
export async function residentMemory(leaders: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const seen = hasProc() ? fromProc() : process.platform === 'win32' ? [] : await fromPs();
  return memoryOf(leaders, seen);
}

/** Adds up the memory of leaders with their families, from a look at all processes. */
export function memoryOf(leaders: readonly number[], seen: readonly Seen[]): ReadonlyMap<number, number> {
  const children = groupedBy(seen, ({ parent }) => parent);
  const groups = groupedBy(seen, ({ group }) => group);
  const byPid = new Map(seen.map((each) => [each.pid, each]));
  const memory = new Map<number, number>();
  for (const leader of leaders) {
    const own = byPid.get(leader);
    if (own === undefined) continue;
    const family = new Set([own, ...(groups.get(leader) ?? [])]);
    for (const member of family) for (const child of children.get(member.pid) ?? []) family.add(child);
    let bytes = 0;
    for (const member of family) bytes += member.bytes();
    memory.set(leader, bytes);
  }
  return memory;
}

function fromProc(): readonly Seen[] {
  return processNumbers().flatMap((pid) => {
    const entry = procEntry(pid);
    if (entry === undefined) return [];
    return { pid, parent: entry.parent, group: entry.session, bytes: () => residentBytes(pid) };
  });
}

/** proc(5): `VmRSS:   123456 kB`; kernel threads and processes that have ended have none. */
function residentBytes(pid: number): number {
  return 1024 * Number(/^VmRSS:\s*(\d+) kB$/m.exec(read(`${pid}/status`) ?? '')?.[1] ?? 0);
}

function fromPs(): Promise<readonly Seen[]> {
  return new Promise((resolve) => {
    const env = { ...process.env, LC_ALL: 'C' };
    execFile('ps', ['-A', '-o', 'pid=,ppid=,pgid=,rss='], { env, timeout: LIMIT_MS }, (_, stdout) => {
      resolve(psLines(stdout));
    });
  });
}

/** The processes in the words of `ps -A -o pid=,ppid=,pgid=,rss=`, whose last column is in kB. */
export function psLines(text: string): readonly Seen[] {
  return text.split('\n').flatMap((line) => {
    const [pid, parent, group, kilobytes] = line.trim().split(/\s+/).map(Number);
    if (pid === undefined || parent === undefined || group === undefined || kilobytes === undefined) return [];
    return { pid, parent, group, bytes: () => 1024 * kilobytes };
  });
}
