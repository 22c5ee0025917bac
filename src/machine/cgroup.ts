import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** The part of a machine that a container or a service may take. A field is undefined where there is no limit. */
export interface CgroupLimits {
  /** CPU time in cores: 1.5 is one and a half. */
  readonly cpus: number | undefined;
  readonly memoryBytes: number | undefined;
  /**
   * Memory left in the group with the least: its limit, less the memory that its processes use and cannot give back.
   */
  readonly freeBytes: number | undefined;
}

/** A controller's folder for this process, and those above it up to the highest that can be seen. */
interface Hierarchy {
  readonly version: 1 | 2;
  /** From the lowest folder up. */
  readonly folders: readonly string[];
}

/** A v1 limit from here on stands for none: the kernel writes the largest multiple of a page. */
const UNLIMITED = 2 ** 62;

/**
 * The limits of this process's control groups, of version 1, 2 or both at once. Groups are nested: the smallest of each
 * limit counts, from the process's own group up to the highest that a container shows. Everything is undefined where
 * there are no such groups.
 *
 * @param root the folder that stands for `/`, with `proc/self/cgroup`, `proc/self/mountinfo` and the mounted groups.
 */
export function cgroupLimits(root = '/'): CgroupLimits {
  const read = (path: string) => textOf(join(root, path));
  const groups = parseGroups(read('/proc/self/cgroup') ?? '');
  const mounts = parseMounts(read('/proc/self/mountinfo') ?? '');
  const over = <T>(controller: string, limit: (hierarchy: Hierarchy, folder: string) => T | undefined): T[] =>
    hierarchiesOf(controller, groups, mounts).flatMap((hierarchy) =>
      hierarchy.folders.flatMap((folder) => limit(hierarchy, folder) ?? []),
    );
  const cpus = over('cpu', ({ version }, folder) => cpusOf(version, (file) => read(join(folder, file))));
  const memory = over('memory', ({ version }, folder) => memoryOf(version, (file) => read(join(folder, file))));
  return {
    cpus: least(cpus),
    memoryBytes: least(memory.map(({ limit }) => limit)),
    freeBytes: least(memory.map(({ limit, used }) => Math.max(0, limit - used))),
  };
}

/** The path of a process's group by controller; '' for version 2, which has one group for all. */
type Groups = ReadonlyMap<string, string>;

/** A mounted hierarchy. */
interface Mount {
  readonly version: 1 | 2;
  /** The group that is seen at the mount's point: in a container often its own. */
  readonly root: string;
  readonly point: string;
  readonly options: readonly string[];
}

/** Parses lines of cgroups(7): `4:memory:/docker/1f`, `1:cpu,cpuacct:/`, and `0::/user.slice` of version 2. */
function parseGroups(text: string): Groups {
  const groups = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) continue;
    for (const controller of controllers.split(',')) groups.set(controller, path);
  }
  return groups;
}

/** Parses lines of proc(5): `30 23 0:26 /docker/1f /sys/fs/cgroup ro shared:9 - cgroup2 cgroup rw`. */
function parseMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [mount = '', kind = ''] = line.split(' - ');
    const [, , , root = '', point = ''] = mount.split(' ').map(plain);
    const [type, , options = ''] = kind.split(' ');
    if (type !== 'cgroup' && type !== 'cgroup2') return [];
    return { version: type === 'cgroup2' ? 2 : 1, root, point, options: options.split(',') } as const;
  });
}

/** Undoes the octal digits that stand for spaces and backslashes. */
function plain(text: string): string {
  return text.replaceAll(/\\(\d{3})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 8)));
}

function hierarchiesOf(controller: string, groups: Groups, mounts: readonly Mount[]): Hierarchy[] {
  return mounts.flatMap(({ version, root, point, options }) => {
    const group = version === 2 ? groups.get('') : options.includes(controller) ? groups.get(controller) : undefined;
    if (group === undefined) return [];
    const folders: string[] = [];
    for (let path = below(root, group); ; path = posix.dirname(path)) {
      folders.push(posix.join(point, path));
      if (path === '/') return { version, folders };
    }
  });
}

/** A group's path under its mount; `/` where it lies outside what the mount shows. */
function below(root: string, group: string): string {
  const path = posix.relative(root, group);
  return path.startsWith('..') ? '/' : posix.join('/', path);
}

type ReadFile = (file: string) => string | undefined;

function cpusOf(version: 1 | 2, read: ReadFile): number | undefined {
  const [quota, period] =
    version === 2
      ? (read('cpu.max') ?? '').split(' ').map(Number)
      : [Number(read('cpu.cfs_quota_us') ?? -1), Number(read('cpu.cfs_period_us'))];
  const cpus = Number(quota) / Number(period); // NaN for `max`
  return cpus > 0 ? cpus : undefined;
}

function memoryOf(version: 1 | 2, read: ReadFile): { readonly limit: number; readonly used: number } | undefined {
  const files = version === 2 ? ['memory.max', 'memory.high'] : ['memory.limit_in_bytes'];
  const limit = least(files.map((file) => Number(read(file) ?? Number.NaN)).filter((bytes) => bytes < UNLIMITED));
  if (limit === undefined) return undefined;
  const used = Number(read(version === 2 ? 'memory.current' : 'memory.usage_in_bytes') ?? 0);
  const cache = version === 2 ? /^inactive_file (\d+)$/m : /^total_inactive_file (\d+)$/m; // given back under pressure
  const [, cached = '0'] = cache.exec(read('memory.stat') ?? '') ?? [];
  return { limit, used: Math.max(0, used - Number(cached)) };
}

function least(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.min(...values);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined; // no such group, controller or system
  }
}
