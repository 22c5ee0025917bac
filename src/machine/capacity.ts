import { availableParallelism, freemem, totalmem } from 'node:os';
import { type CgroupLimits, cgroupLimits } from './cgroup.ts';

/** The part of the machine that this process may take. */
export interface Capacity {
  /** Cores that this process may run on. */
  readonly cores: number;
  /**
   * CPU time that its container or service may take, in cores (1.5: one and a half); undefined without a limit below
   * `cores`.
   */
  readonly quota: number | undefined;
  /**
   * Processes that can compute all the time without waiting for each other: the cores, or the quota rounded; at least
   * 1.
   */
  readonly cpus: number;
  /** Memory of the machine. */
  readonly memoryBytes: number;
  /** The memory limit of its container or service; undefined where it is not below the machine's memory. */
  readonly memoryLimitBytes: number | undefined;
  /** Memory that this process can still take, of the machine and under the limit. */
  readonly freeBytes: number;
}

/** The machine as it is now. */
export function machineCapacity(): Capacity {
  const memoryBytes = totalmem();
  // macOS counts memory that it would give back as in use
  const freeBytes = process.platform === 'darwin' ? memoryBytes : freemem();
  return within(cgroupLimits(), { cores: availableParallelism(), memoryBytes, freeBytes });
}

/** The capacity of a machine under limits. */
export function within(
  { cpus: quota, memoryBytes: limit = Number.POSITIVE_INFINITY, freeBytes = Number.POSITIVE_INFINITY }: CgroupLimits,
  machine: Pick<Capacity, 'cores' | 'memoryBytes' | 'freeBytes'>,
): Capacity {
  const isLimited = limit < machine.memoryBytes;
  return {
    ...machine,
    quota: quota !== undefined && quota < machine.cores ? quota : undefined,
    cpus: Math.max(1, Math.min(machine.cores, Math.round(quota ?? machine.cores))),
    memoryLimitBytes: isLimited ? limit : undefined,
    freeBytes: isLimited ? Math.min(machine.freeBytes, freeBytes) : machine.freeBytes,
  };
}

/** An amount of memory for people: `3.7 GiB`. */
export function inGiB(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
