import type { Session } from './session.ts';

/**
 * A write as statements of one batch, from the beginning of its transaction to its end, so that no client can keep its
 * locks. It resolves to undefined, with nothing written, where the write takes more than that. It is said again where
 * it has failed for a reason that passes, and must then find what it has written the first time.
 */
export type AtOnce<T> = (session: Session, unheard: Unheard | undefined) => Promise<T | undefined>;

/** The write before, of which nobody has heard whether it was committed. Its transaction began after another one. */
export interface Unheard {
  /** The number of the last transaction before it that is known. */
  readonly after: number;
}

/** A write {@link AtOnce}, and what has become of it so far. */
export class Saying<T> {
  readonly #atOnce: AtOnce<T>;
  unheard: Unheard | undefined;
  /** Whether it takes more than one batch. */
  isRefused = false;

  constructor(atOnce: AtOnce<T>) {
    this.#atOnce = atOnce;
  }

  async say(session: Session): Promise<T | undefined> {
    const result = await this.#atOnce(session, this.unheard);
    this.isRefused = result === undefined;
    return result;
  }

  /** Notes that it may have been committed. @param after as {@link Unheard.after}, the first time. */
  lost(after: number): void {
    this.unheard ??= { after };
  }
}
