import { isStorageFault } from '../../storage/storage-errors.ts';

/** How the storage has served one trial's objective. */
export class Service {
  #fault: Error | undefined;
  #waitedMs = 0;
  #open = 0;
  /** Since when a request is open, of `performance.now()`. */
  #openSince = 0;

  /** How the storage failed, where it did: an objective that fails then does so for no reason of its own. */
  get fault(): Error | undefined {
    return this.#fault;
  }

  /** How long the objective has waited for answers, in milliseconds, a wait that goes on included. */
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
