import type { FrozenTrial } from '../trial/frozen-trial.ts';
import type { HistoryReader } from './history.ts';
import { placeBehind } from './place-behind.ts';

/** The values that COMPLETE trials have reported, by step. The summary of {@link completedReports}. */
export class CompletedReports {
  readonly #valuesByStep = new Map<number, number[]>();
  #trialCount = 0;
  #lastStep: number | undefined;

  /** Adds a COMPLETE trial, once. */
  add(trial: FrozenTrial): void {
    this.#trialCount++;
    for (const [step, value] of trial.intermediateValues) {
      if (this.#lastStep === undefined || step > this.#lastStep) this.#lastStep = step;
      const values = this.#valuesByStep.get(step);
      if (values === undefined) this.#valuesByStep.set(step, [value]);
      else values.splice(placeBehind(value, values), 0, value);
    }
  }

  /** The number of COMPLETE trials. */
  get trialCount(): number {
    return this.#trialCount;
  }

  /** The largest step that any COMPLETE trial reported; undefined while none has reported. */
  get lastStep(): number | undefined {
    return this.#lastStep;
  }

  /** The values at exactly this step in ascending order, NaN last. */
  at(step: number): readonly number[] {
    return this.#valuesByStep.get(step) ?? [];
  }
}

/** Reads the reports of a history's COMPLETE trials. */
export const completedReports: HistoryReader<CompletedReports> = {
  start: () => new CompletedReports(),
  take(reports, trial) {
    if (trial.state === 'COMPLETE') reports.add(trial);
  },
};
