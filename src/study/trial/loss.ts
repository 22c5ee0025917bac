/** The loss of a trial to another process, which happens once or never. */
export class Loss {
  #reason: Error | undefined;
  /** Made on its first use, since signals are slow to make, and few trials are lost. */
  #controller: AbortController | undefined;

  /** The reason for the loss; undefined while the trial is not lost. */
  get reason(): Error | undefined {
    return this.#reason;
  }

  /** Aborted, with the reason, when the trial is lost. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  happen(reason: Error): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
}
