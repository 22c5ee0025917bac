/** How many messages are underway at a time: enough for nobody to wait as long as the other side takes them at once. */
const MOST_UNDERWAY = 64;

/**
 * Sends, in order, what a study's code says without waiting for an answer, and no more at a time than the other side
 * takes: what has to wait costs memory here, where the code runs that says so much.
 */
export class Outbox<T> {
  readonly #send: (message: T) => Promise<unknown>;
  readonly #keeps: 'all' | 'last';
  readonly #waiting: T[] = [];
  /** The number of the first that waits. */
  #next = 0;
  #underway = 0;
  #emptied: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;

  /** @param keeps `last`: of those that wait only the last is sent, for states that replace each other. */
  constructor(send: (message: T) => Promise<unknown>, keeps: 'all' | 'last' = 'all') {
    this.#send = send;
    this.#keeps = keeps;
  }

  /** @returns a promise where messages have to wait, fulfilled when they have been sent. */
  post(message: T): Promise<void> | undefined {
    if (this.#keeps === 'last') this.#waiting.length = this.#next;
    this.#waiting.push(message);
    this.#pump();
    return this.emptied();
  }

  /** A promise where messages wait, fulfilled when they have been sent. */
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
    const most = this.#keeps === 'last' ? 1 : MOST_UNDERWAY;
    for (; this.#underway < most && this.#next < this.#waiting.length; this.#next++) {
      this.#underway++;
      const isOver = () => {
        this.#underway--;
        this.#pump();
      };
      this.#send(this.#waiting[this.#next] as T).then(isOver, isOver);
    }
    if (2 * this.#next >= this.#waiting.length) {
      this.#waiting.splice(0, this.#next);
      this.#next = 0;
    }
    if (this.#waiting.length > 0) return;
    this.#emptied?.resolve();
    this.#emptied = undefined;
  }
}
