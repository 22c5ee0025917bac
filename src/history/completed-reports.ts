import { type FrozenTrial, settledCount } from '../trial/frozen-trial.ts';

/**
 * What the COMPLETE trials of a study have reported, by step, brought up to date by reading only trials that were not
 * complete before. Nothing in it that could not be had from the trials anew.
 */
export class CompletedReports {
  /** The ids of the complete trials by their place in the study. */
  #read: (number | undefined)[] = [];
  #valuesByStep = new Map<number, number[]>();
  #trialCount = 0;
  /** So many trials from the first on need not be looked at again. */
  #settled = 0;

  update(trials: readonly FrozenTrial[]): void {
    if (!this.#continues(trials)) this.#reset();
    for (let at = this.#settled; at < trials.length; at++) {
      const trial = trials[at] as FrozenTrial;
      if (this.#read[at] === undefined && trial.state === 'COMPLETE') this.#add(at, trial);
    }
    this.#settled = settledCount(trials, this.#settled);
  }

  /** How many trials are COMPLETE. */
  get trialCount(): number {
    return this.#trialCount;
  }

  /** The values at exactly this step in ascending order, NaN last. */
  at(step: number): readonly number[] {
    return this.#valuesByStep.get(step) ?? [];
  }

  /** Whether `trials` are those read before, what has become of them, and new ones. */
  #continues(trials: readonly FrozenTrial[]): boolean {
    if (trials.length < this.#settled) return false;
    for (let at = Math.max(0, this.#settled - 1); at < this.#read.length; at++) {
      if (this.#read[at] !== undefined && this.#read[at] !== trials[at]?.id) return false;
    }
    return true;
  }

  #add(at: number, trial: FrozenTrial): void {
    this.#read[at] = trial.id;
    this.#trialCount++;
    for (const [step, value] of trial.intermediateValues) {
      const values = this.#valuesByStep.get(step);
      if (values === undefined) this.#valuesByStep.set(step, [value]);
      else values.splice(placeOf(value, values), 0, value);
    }
  }

  #reset(): void {
    this.#read = [];
    this.#valuesByStep = new Map();
    this.#trialCount = 0;
    this.#settled = 0;
  }
}

function placeOf(value: number, ascending: readonly number[]): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = ascending[middle] as number;
    if (other <= value || (Number.isNaN(value) && !Number.isNaN(other))) low = middle + 1;
    else high = middle;
  }
  return low;
}
