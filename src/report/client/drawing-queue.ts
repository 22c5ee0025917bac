import { calm } from './calm.ts';

/**
 * Draws one chart after the other, so that the first is there soon and the page answers in between; none while the
 * reader scrolls.
 */
export class DrawingQueue {
  #last: Promise<void> = Promise.resolve();

  /** Adds a drawing. @param draw called when the drawings that were added before are done. */
  add(draw: () => Promise<void>): void {
    this.#last = this.#last.then(calm).then(draw);
  }

  /** Waits until the drawings that were added so far are done. */
  done(): Promise<void> {
    return this.#last;
  }
}
