import { type Capacity, inGiB } from '../../machine/capacity.ts';

/** The number of workers that a run starts by itself, and the bound that it comes from, in a few words for people. */
export interface WorkerCount {
  readonly workers: number;
  readonly reason: string;
}

/**
 * The memory that a worker needs, as a multiple of its memory after it has loaded the study. On Linux with Node 20, the
 * CIFAR-10 study on WebAssembly went from 165 MB to 403 MB, the most that was seen in trials of its quick profile; a
 * study that computes a formula stayed at 103 MB.
 */
const GROWTH = 2.5;

/**
 * The default number of workers: one for each core that the process may use, as far as there is memory for them.
 *
 * @param capacity with the first worker running.
 * @param loadedBytes the memory of that worker when it has loaded the study and its backend.
 */
export function defaultWorkers(capacity: Capacity, loadedBytes: number): WorkerCount {
  const { cores, quota, cpus } = capacity;
  const fit = Math.max(1, fittingWorkers(capacity, loadedBytes));
  if (fit < cpus) return { workers: fit, reason: memoryText(capacity, loadedBytes) };
  if (quota === undefined) return { workers: cpus, reason: cores === 1 ? 'there is one core' : 'one for each core' };
  return { workers: cpus, reason: `of ${cores} cores, its container or service may take ${round(quota)}` };
}

/** The warning that a given number of workers will hardly find the memory they need; undefined where they will. */
export function memoryWarning(workers: number, capacity: Capacity, loadedBytes: number): string | undefined {
  if (workers === 1 || workers <= fittingWorkers(capacity, loadedBytes)) return undefined;
  return `${workers} workers may need more memory than there is: ${memoryText(capacity, loadedBytes)}`;
}

function fittingWorkers({ freeBytes }: Capacity, loadedBytes: number): number {
  return Math.floor((freeBytes + loadedBytes) / (GROWTH * loadedBytes)); // free memory excludes the first worker's
}

function memoryText({ freeBytes, memoryLimitBytes }: Capacity, loadedBytes: number): string {
  const limit = memoryLimitBytes === undefined ? '' : ` under the limit of ${inGiB(memoryLimitBytes)}`;
  return `${inGiB(freeBytes)} of memory are free${limit}, and each may take ${inGiB(GROWTH * loadedBytes)}`;
}

function round(cpus: number): string {
  return String(Math.round(cpus * 10) / 10);
}
