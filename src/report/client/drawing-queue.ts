/** Draws one chart after the other, so that the first is there soon and the page answers in between. */
export class DrawingQueue {
  #last: Promise<void> = Promise.resolve();

  /** @param draw is called when what was added before has been drawn. */
  add(draw: () => Promise<void>): void {
    this.#last = this.#last.then(draw);
  }
}
