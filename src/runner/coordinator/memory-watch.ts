import type { Clock } from '../../base/clock.ts';
import { residentMemory } from '../../machine/resident-memory.ts';
import type { Failure } from '../../study/trial/outcome.ts';
import type { WorkerProcess } from './worker-process.ts';

/** The time in milliseconds between two looks at the memory, each of which costs a few milliseconds. */
const LOOK_MS = 500;

const MIB = 2 ** 20;

/** A worker, as its memory is measured. */
export type MeasuredWorker = Pick<WorkerProcess, 'pid' | 'request'>;

/** The options of a {@link MemoryWatch}. */
export interface MemoryWatchOptions {
  /** The memory that a trial may take, in MiB; undefined for any. */
  readonly limitMb: number | undefined;
  readonly clock: Clock;
  /** Measures processes with all that they have started. Default: {@link residentMemory}. */
  readonly measure?: typeof residentMemory;
}

/**
 * Watches the memory of the workers while they run trials: of each process with all that it has started, or, where the
 * system does not show it, as the worker itself reports it when it is not busy.
 */
export class MemoryWatch {
  readonly #limit: number;
  readonly #clock: Clock;
  readonly #measure: typeof residentMemory;
  readonly #onOver = new Map<MeasuredWorker, (failure: Failure) => void>();
  /** The memory of each worker before its first trial. */
  readonly #atFirst = new WeakMap<MeasuredWorker, number>();
  #stop: (() => void) | undefined;
  #isLooking = false;

  constructor({ limitMb, clock, measure = residentMemory }: MemoryWatchOptions) {
    this.#limit = limitMb === undefined ? Number.POSITIVE_INFINITY : limitMb * MIB;
    this.#clock = clock;
    this.#measure = measure;
  }

  /** Whether there is a limit. */
  get isOn(): boolean {
    return Number.isFinite(this.#limit);
  }

  /**
   * Watches a worker from now on, while it runs a trial.
   * @param onOver called once, as soon as it takes more than the limit.
   */
  async add(worker: MeasuredWorker, onOver: (failure: Failure) => void): Promise<void> {
    if (!this.isOn) return;
    this.#onOver.set(worker, onOver);
    this.#stop ??= this.#clock.every(LOOK_MS, () => void this.#look());
    if (this.#atFirst.has(worker)) return;
    this.#atFirst.set(worker, 0);
    const [bytes = 0] = await this.#bytesOf([worker]);
    this.#atFirst.set(worker, bytes);
  }

  /**
   * Watches a worker no longer.
   * @returns whether it is to be replaced, since it holds so much of what its trials have left that the next one could
   *   fail for it: more than half of the memory between its first trial and the limit.
   */
  async remove(worker: MeasuredWorker): Promise<boolean> {
    if (!this.#onOver.delete(worker)) return false;
    if (this.#onOver.size === 0) {
      this.#stop?.();
      this.#stop = undefined;
    }
    const [bytes = 0] = await this.#bytesOf([worker]);
    const atFirst = this.#atFirst.get(worker) ?? 0;
    return bytes > (Math.min(atFirst, this.#limit) + this.#limit) / 2 && bytes > atFirst;
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    const workers = [...this.#onOver.keys()];
    const bytes = await this.#bytesOf(workers);
    this.#isLooking = false;
    for (const [at, worker] of workers.entries()) {
      const taken = bytes[at] ?? 0;
      const onOver = this.#onOver.get(worker);
      if (onOver === undefined || taken <= this.#limit) continue;
      this.#onOver.delete(worker);
      onOver(this.#failure(taken));
    }
  }

  #failure(taken: number): Failure {
    // Rounded up, so that it never reads as the limit itself.
    const message = `The trial took ${Math.ceil(taken / MIB)} MiB of memory, more than its limit of ${this.#limit / MIB} MiB.`;
    return { name: 'MemoryLimit', message };
  }

  /** The memory of each worker; undefined for one that has ended. */
  async #bytesOf(workers: readonly MeasuredWorker[]): Promise<readonly (number | undefined)[]> {
    const known = await this.#measure(workers.flatMap(({ pid }) => pid ?? [])).catch(() => new Map<number, number>());
    if (known.size > 0) return workers.map(({ pid }) => (pid === undefined ? undefined : known.get(pid)));
    return Promise.all(workers.map((worker) => worker.request('residentBytes', undefined).catch(() => undefined)));
  }
}
