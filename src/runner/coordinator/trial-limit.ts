/** Bounds the number of trials that a run starts. */
export class TrialLimit {
  #left: number;

  /** @param most the number of trials. Default: any. */
  constructor(most = Number.POSITIVE_INFINITY) {
    this.#left = most;
  }

  /** Whether all the trials have been started, or are about to be. */
  get isReached(): boolean {
    return this.#left === 0;
  }

  /** Takes the right to start a trial. @returns false where there is none left. */
  take(): boolean {
    if (this.isReached) return false;
    this.#left--;
    return true;
  }

  /** Gives a right back with which no trial was started. */
  giveBack(): void {
    this.#left++;
  }
}
