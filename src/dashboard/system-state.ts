import { readFileSync } from 'node:fs';
import { freemem, loadavg, totalmem } from 'node:os';
import { askNvidiaSmi, type NvidiaGpu } from '../machine/nvidia-smi.ts';

const GPU_FIELDS = ['name', 'utilisation', 'usedBytes', 'memoryBytes'] as const;

/** The present state of an NVIDIA GPU. */
export type GpuState = Pick<NvidiaGpu, (typeof GPU_FIELDS)[number]>;

/** The load of the machine. */
export interface SystemState {
  /** The number of processes that want a core, on average over a minute. */
  readonly load: number;
  readonly usedBytes: number;
  readonly totalBytes: number;
  readonly gpus: readonly GpuState[];
  /** The memory of processes by their id, in bytes; undefined if the system does not report it. */
  readonly memoryOf: ReadonlyMap<number, number | undefined>;
}

export const UNKNOWN_SYSTEM: SystemState = { load: 0, usedBytes: 0, totalBytes: 0, gpus: [], memoryOf: new Map() };

/** Looks at the machine at intervals; at its GPUs only where `nvidia-smi` is installed. */
export class SystemWatch {
  #hasGpus = true;

  async look(pids: readonly number[]): Promise<SystemState> {
    const gpus = this.#hasGpus ? await askNvidiaSmi(GPU_FIELDS) : [];
    this.#hasGpus = gpus.length > 0;
    const memoryOf = new Map(pids.map((pid) => [pid, residentBytes(pid)] as const));
    return { load: loadavg()[0] ?? 0, usedBytes: totalmem() - freemem(), totalBytes: totalmem(), gpus, memoryOf };
  }
}

/** The memory of a process from Linux's /proc, whose pages are of 4 KiB on all but a few machines. */
function residentBytes(pid: number): number | undefined {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    return pages * 4096;
  } catch {
    return undefined;
  }
}
