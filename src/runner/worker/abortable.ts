/** Runs tasks one after the other, each with a signal of its own. */
export class Abortable {
  #aborter = new AbortController();

  /** Begins a task; its signal is the one that {@link abort} aborts from now on. */
  run<T>(task: (signal: AbortSignal) => T): T {
    const aborter = new AbortController();
    this.#aborter = aborter;
    return task(aborter.signal);
  }

  /** Aborts the signal of the task that was begun last. @param reason the message of the error that it is aborted with. */
  abort(reason: string): void {
    this.#aborter.abort(new Error(reason));
  }
}
