import type { Failure } from '../../study/trial/outcome.ts';

/** The number of trials that, failing in a row for the same reason, stop a run: the next would fail for it, too. */
const LIMIT = 10;

/** Counts how often trials fail in a row for the same reason. */
export class FailureStreak {
  #count = 0;
  #failure: Failure | undefined;

  /** Takes how the next trial ended: undefined where it did not fail. */
  add(failure: Failure | undefined): void {
    this.#count = failure !== undefined && isSameKind(failure, this.#failure) ? this.#count + 1 : Number(!!failure);
    this.#failure = failure;
  }

  /** Why the run is to stop; undefined while it is to go on. */
  get reason(): Failure | undefined {
    return this.#count >= LIMIT ? this.#failure : undefined;
  }
}

/** Numbers in messages may differ: `shape [32, 10]` and `shape [64, 10]` are of a kind. */
function isSameKind(a: Failure, b: Failure | undefined): boolean {
  const withoutNumbers = (failure: Failure) => `${failure.name}: ${failure.message.replace(/\d+(\.\d+)?/g, '0')}`;
  return b !== undefined && withoutNumbers(a) === withoutNumbers(b);
}
