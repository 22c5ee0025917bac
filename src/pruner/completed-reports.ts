import type { FrozenTrial } from '../trial/frozen-trial.ts';

/**
 * What the COMPLETE trials of a study have reported, by step, brought up to date by reading only trials that were not
 * complete before. Nothing in it that could not be had from the trials anew.
 */
export class CompletedReports {
  /** The ids of the complete trials by their place in the study. */
  #read: (number | undefined)[] = [];
  #valuesByStep = new Map<number, number[]>();
  #trialCount = 0;

  update(trials: readonly FrozenTrial[]): void {
    if (this.#read.some((known, at) => known !== undefined && known !== trials[at]?.id)) this.#reset();
    for (let at = 0; at < trials.length; at++) {
      const trial = trials[at] as FrozenTrial;
      if (this.#read[at] === undefined && trial.state === 'COMPLETE') this.#add(at, trial);
    }
  }

  /** How many trials are COMPLETE. */
  get trialCount(): number {
    return this.#trialCount;
  }

  /** The values at exactly this step in ascending order, NaN last. */
  at(step: number): readonly number[] {
    return this.#valuesByStep.get(step) ?? [];
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
