/** The number of messages that are sent at once, and of messages that may wait before their sender has to wait, too. */
const BATCH = 64;

/**
 * Sends messages of a study's code in order and in batches, each after the other side has taken the one before. Waiting
 * messages use memory in the process whose code writes so much.
 */
export class Outbox<T> {
  readonly #send: (batch: readonly T[]) => Promise<unknown>;
  readonly #keeps: 'all' | 'last';
  readonly #waiting: T[] = [];
  /** The index of the first message that waits. */
  #next = 0;
  #isSending = false;
  #emptied: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;

  /** @param keeps `last`: only the last of the waiting messages is sent, for states that replace each other. */
  constructor(send: (batch: readonly T[]) => Promise<unknown>, keeps: 'all' | 'last' = 'all') {
    this.#send = send;
    this.#keeps = keeps;
  }

  /** Sends a message. @returns a promise where many messages wait, fulfilled when they have been sent. */
  post(message: T): Promise<void> | undefined {
    if (this.#keeps === 'last') this.#waiting.length = this.#next;
    this.#waiting.push(message);
    this.#pump();
    return this.#waiting.length - this.#next < BATCH ? undefined : this.emptied();
  }

  /** A promise that is fulfilled when the waiting messages have been sent; undefined where none wait. */
  emptied(): Promise<void> | undefined {
    if (this.#next === this.#waiting.length) return undefined;
    if (this.#emptied === undefined) {
      let resolve = () => {};
      const promise = new Promise<void>((done) => {
        resolve = done;
      });
      this.#emptied = { promise, resolve };
    }
    return this.#emptied.promise;
  }

  #pump(): void {
    if (this.#isSending || this.#next === this.#waiting.length) return;
    const batch = this.#waiting.slice(this.#next, this.#next + BATCH);
    this.#next += batch.length;
    if (2 * this.#next >= this.#waiting.length) {
      this.#waiting.splice(0, this.#next);
      this.#next = 0;
    }
    this.#isSending = true;
    const goOn = () => {
      this.#isSending = false;
      this.#pump();
    };
    this.#send(batch).then(goOn, goOn);
    if (this.#waiting.length > 0) return;
    this.#emptied?.resolve();
    this.#emptied = undefined;
  }
}
