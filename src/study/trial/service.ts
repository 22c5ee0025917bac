import { isStorageFault } from '../../storage/storage-errors.ts';

/** The record of how the storage has served one trial's objective. */
export class Service {
  #fault: Error | undefined;
  #waitedMs = 0;
  #open = 0;
  /** The time of `performance.now()` since which a request is open. */
  #openSince = 0;

  /** The storage's failure, if any: an objective that fails after it does so for no reason of its own. */
  get fault(): Error | undefined {
    return this.#fault;
  }

  /** The time that the objective has waited for answers, in milliseconds, a wait that goes on included. */
  get waitedMs(): number {
    return this.#waitedMs + (this.#open > 0 ? performance.now() - this.#openSince : 0);
  }

  /** Does what the objective asks of the storage. */
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
