import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { within } from './capacity.ts';
import { cgroupLimits } from './cgroup.ts';

const made: string[] = [];

afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that stands for `/`, with these files. */
function rootOf(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'hpo-cgroup-'));
  made.push(root);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${content}\n`);
  }
  return root;
}

const GIB = 2 ** 30;
const NONE = { cpus: undefined, memoryBytes: undefined, freeBytes: undefined };
const V2 = '30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate';
const V1 = [
  '31 30 0:27 / /sys/fs/cgroup ro - tmpfs tmpfs ro,mode=755',
  '32 31 0:28 / /sys/fs/cgroup/cpu,cpuacct rw shared:10 - cgroup cgroup rw,cpu,cpuacct',
  '33 31 0:29 / /sys/fs/cgroup/memory rw shared:11 - cgroup cgroup rw,memory',
].join('\n');

describe('the limits of control groups of version 2', () => {
  it('are the smallest on the way up from the own group', () => {
    const slice = 'sys/fs/cgroup/user.slice';
    const root = rootOf({
      'proc/self/cgroup': '0::/user.slice/run.scope',
      'proc/self/mountinfo': V2,
      [`${slice}/cpu.max`]: '150000 100000',
      [`${slice}/memory.max`]: String(8 * GIB),
      [`${slice}/memory.current`]: String(7 * GIB),
      [`${slice}/memory.stat`]: `anon 1\ninactive_file ${2 * GIB}\nactive_file 5`,
      [`${slice}/run.scope/cpu.max`]: 'max 100000',
      [`${slice}/run.scope/memory.max`]: String(4 * GIB),
      [`${slice}/run.scope/memory.current`]: String(GIB / 2),
      'sys/fs/cgroup/cgroup.controllers': 'cpu memory', // the highest group has no limits
    });
    // 3 GiB are left of 8, since 5 cannot be given back; 3.5 GiB are left of the other group's 4.
    expect(cgroupLimits(root)).toEqual({ cpus: 1.5, memoryBytes: 4 * GIB, freeBytes: 3 * GIB });
  });

  it('are those of a container that sees its own group as the highest', () => {
    const own = { 'sys/fs/cgroup/cpu.max': '200000 100000', 'sys/fs/cgroup/memory.max': 'max' };
    const limits = { ...NONE, cpus: 2 };
    expect(cgroupLimits(rootOf({ 'proc/self/cgroup': '0::/', 'proc/self/mountinfo': V2, ...own }))).toEqual(limits);
    // Without a namespace of its own the container sees its group's name on the host, and that group alone.
    const mountinfo = V2.replace('0:26 /', '0:26 /docker/1f');
    for (const group of ['/docker/1f', '/docker/1f/../../elsewhere', '/../elsewhere']) {
      const files = { 'proc/self/cgroup': `0::${group}`, 'proc/self/mountinfo': mountinfo, ...own };
      expect(cgroupLimits(rootOf(files)), group).toEqual(limits);
    }
  });

  it('heed memory.high, from which on the kernel slows a group down', () => {
    const root = rootOf({
      'proc/self/cgroup': '0::/',
      'proc/self/mountinfo': V2,
      'sys/fs/cgroup/memory.max': String(4 * GIB),
      'sys/fs/cgroup/memory.high': String(3 * GIB),
      'sys/fs/cgroup/memory.current': '0',
    });
    expect(cgroupLimits(root)).toEqual({ cpus: undefined, memoryBytes: 3 * GIB, freeBytes: 3 * GIB });
  });
});

describe('the limits of control groups of version 1', () => {
  it('are the smallest on the way up, of each controller by itself', () => {
    const root = rootOf({
      'proc/self/cgroup': '5:memory:/kubepods/pod1/c1\n4:cpu,cpuacct:/kubepods/pod1/c1\n1:name=systemd:/x\n0::/',
      'proc/self/mountinfo': `${V1}\n34 31 0:30 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw`,
      'sys/fs/cgroup/cpu,cpuacct/kubepods/pod1/cpu.cfs_quota_us': '50000',
      'sys/fs/cgroup/cpu,cpuacct/kubepods/pod1/cpu.cfs_period_us': '100000',
      'sys/fs/cgroup/cpu,cpuacct/kubepods/pod1/c1/cpu.cfs_quota_us': '-1',
      'sys/fs/cgroup/cpu,cpuacct/kubepods/pod1/c1/cpu.cfs_period_us': '100000',
      'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712',
      'sys/fs/cgroup/memory/kubepods/pod1/c1/memory.limit_in_bytes': String(2 * GIB),
      'sys/fs/cgroup/memory/kubepods/pod1/c1/memory.usage_in_bytes': String(GIB),
      'sys/fs/cgroup/memory/kubepods/pod1/c1/memory.stat': `inactive_file 1\ntotal_inactive_file ${GIB / 2}`,
    });
    expect(cgroupLimits(root)).toEqual({ cpus: 0.5, memoryBytes: 2 * GIB, freeBytes: 1.5 * GIB });
  });
});

describe('no limits', () => {
  it.each([
    ['without control groups', {}],
    ['with unlimited ones', { 'proc/self/cgroup': '0::/', 'proc/self/mountinfo': V2, 'sys/fs/cgroup/cpu.max': 'max' }],
    [
      'with those of version 1 that hold the largest number there is',
      {
        'proc/self/cgroup': '5:memory:/\n4:cpu,cpuacct:/',
        'proc/self/mountinfo': V1,
        'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '-1',
        'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000',
        'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712',
      },
    ],
  ] as const)('are found %s', (_, files) => {
    expect(cgroupLimits(rootOf(files))).toEqual(NONE);
  });
});

describe('a machine under limits', () => {
  const machine = { cores: 64, memoryBytes: 256 * GIB, freeBytes: 200 * GIB };

  it.each([
    [undefined, 64],
    [0.1, 1],
    [1.4, 1],
    [1.5, 2],
    [2, 2],
    [100, 64],
  ])('of %s cores runs %s processes', (cpus, processes) => {
    expect(within({ ...NONE, cpus }, machine).cpus).toBe(processes);
  });

  it('has as much memory free as the machine and the limit allow, and no limit above its size', () => {
    expect(within({ ...NONE, memoryBytes: 4 * GIB, freeBytes: 3 * GIB }, machine)).toMatchObject({
      memoryLimitBytes: 4 * GIB,
      freeBytes: 3 * GIB,
    });
    expect(within({ ...NONE, memoryBytes: 512 * GIB, freeBytes: 512 * GIB }, machine)).toMatchObject({
      memoryLimitBytes: undefined,
      freeBytes: 200 * GIB,
    });
    expect(
      within({ ...NONE, memoryBytes: 8 * GIB, freeBytes: 7 * GIB }, { ...machine, freeBytes: GIB }).freeBytes,
    ).toBe(GIB);
  });
});
