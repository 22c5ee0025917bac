import { isStorageFault } from '../../storage/storage-errors.ts';

/** The record of how the storage has served one trial's objective. */
export class Service {
  #fault: Error | undefined;
  #waitedMs = 0;
  #open = 0;
  /** The time of `performance.now()` since which requests are open. */
  #openSince = 0;

  /** The first failure of the storage, if any. It is taken for the cause if the objective fails after it. */
  get fault(): Error | undefined {
    return this.#fault;
  }

  /** The time in milliseconds that the objective has waited for answers, including a wait that goes on. */
  get waitedMs(): number {
    return this.#waitedMs + (this.#open > 0 ? performance.now() - this.#openSince : 0);
  }

  /** Runs a request of the objective to the storage. */
  async run<T>(request: () => Promise<T>): Promise<T> {
    if (this.#open++ === 0) this.#openSince = performance.now();
    try {
      return await request();
    } catch (error) {
      if (isStorageFault(error)) this.#fault ??= error;
      throw error;
    } finally {
      if (--this.#open === 0) this.#waitedMs += performance.now() - this.#openSince;
    }
  }
}
