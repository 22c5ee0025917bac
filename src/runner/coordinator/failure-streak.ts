import type { Failure } from '../../study/trial/outcome.ts';

/** The number of trials in a row with the same failure that stops a run, since the next trial would fail likewise. */
const LIMIT = 10;

/** Counts the trials that fail in a row for the same reason. */
export class FailureStreak {
  #count = 0;
  #failure: Failure | undefined;

  /** Takes the failure of the next trial; undefined where it did not fail. */
  add(failure: Failure | undefined): void {
    this.#count = failure !== undefined && isSameKind(failure, this.#failure) ? this.#count + 1 : Number(!!failure);
    this.#failure = failure;
  }

  /** The reason to stop the run; undefined while it is to go on. */
  get reason(): Failure | undefined {
    return this.#count >= LIMIT ? this.#failure : undefined;
  }
}

/**
 * Whether two failures are alike. Numbers in their messages may differ: `shape [32, 10]` and `shape [64, 10]` are
 * alike.
 */
function isSameKind(a: Failure, b: Failure | undefined): boolean {
  const withoutNumbers = (failure: Failure) => `${failure.name}: ${failure.message.replace(/\d+(\.\d+)?/g, '0')}`;
  return b !== undefined && withoutNumbers(a) === withoutNumbers(b);
}
