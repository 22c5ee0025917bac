import {
  checkFields,
  type Fields,
  type OptionKind,
  type Refuse,
  wholeNumberFrom,
  wrongValue,
} from '../base/option-checks.ts';
import { isFeasible } from '../trial/constraints.ts';
import type { Direction } from '../trial/direction.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';

/**
 * The rules that end a study of one direction before it has all its trials, as soon as one of them holds. They depend
 * only on the stored trials, by number, so that every process and every restart comes to the same answer. Running
 * trials then finish; waiting ones are not started.
 */
export interface StopWhen {
  /** A value reached by a COMPLETE trial: this or less, or when maximizing this or more. */
  readonly value?: number;
  /**
   * A number of trials in a row without gain. A COMPLETE trial gains if it is better by more than {@link minGain} than
   * the last one that gained; the first one gains. All other COMPLETE trials and the PRUNED ones count as without gain.
   * Failed trials do not count at all, nor do those before the first complete one.
   */
  readonly trialsWithoutGain?: number;
  /**
   * The least by which a trial has to be better to gain, in units of the value. Only with `trialsWithoutGain`. Default
   * 0: any better.
   */
  readonly minGain?: number;
}

/** The rule that has ended a study, and the trial at which it did. */
export type StopReason = {
  readonly rule: 'value' | 'trialsWithoutGain';
  /** The trial that reached the value, or the last of those without gain. */
  readonly trial: number;
  /** The reason for people: `trial 12 has reached 0.05: 0.0412`. */
  readonly message: string;
};

const finite = (wanted: string, least = Number.NEGATIVE_INFINITY): OptionKind => ({
  wanted,
  accepts: (value) => typeof value === 'number' && Number.isFinite(value) && value >= least,
});

const FIELDS: Fields<StopWhen> = {
  value: finite('a finite number'),
  trialsWithoutGain: wholeNumberFrom(1),
  minGain: finite('a finite number from 0 on', 0),
};

/** Refuses rules that are empty, or cannot be used in a study with these directions. */
export function checkStopWhen(stopWhen: unknown, directions: readonly Direction[], refuse: Refuse): void {
  if (stopWhen === undefined) return;
  if (typeof stopWhen !== 'object' || stopWhen === null) {
    refuse(wrongValue('`stopWhen`', stopWhen, 'an object such as { value: 0.05 } or { trialsWithoutGain: 20 }'));
  }
  checkFields(stopWhen, FIELDS, (problem) => refuse(`in \`stopWhen\` ${problem}`));
  const { value, trialsWithoutGain, minGain } = stopWhen as StopWhen;
  if (minGain !== undefined && trialsWithoutGain === undefined) {
    refuse('in `stopWhen`, `minGain` goes with `trialsWithoutGain`; give that, too.');
  }
  if (value === undefined && trialsWithoutGain === undefined) {
    refuse('`stopWhen` is empty; give `value` or `trialsWithoutGain`.');
  }
  if (directions.length > 1) {
    refuse('`stopWhen` is for studies with one direction: with several no value is the best; leave it out.');
  }
}

/** The rule that holds for a study's trials, the first one by the number of the trial; undefined while none does. */
export function stopReasonOf(
  { value: goal, trialsWithoutGain = Number.POSITIVE_INFINITY, minGain = 0 }: StopWhen,
  trials: readonly FrozenTrial[],
  direction: Direction,
): StopReason | undefined {
  const sign = direction === 'minimize' ? 1 : -1;
  let best: { readonly loss: number; readonly trial: number } | undefined;
  let without = 0;
  for (const trial of trials) {
    const { number, state, values } = trial;
    if (state !== 'COMPLETE' && state !== 'PRUNED') continue;
    const isRated = state === 'COMPLETE' && isFeasible(trial);
    const loss = isRated ? sign * (values?.[0] ?? Number.NaN) : Number.NaN;
    if (goal !== undefined && loss <= sign * goal) {
      return { rule: 'value', trial: number, message: `trial ${number} has reached ${goal}: ${sign * loss}` };
    }
    const hasGained = best === undefined ? !Number.isNaN(loss) : best.loss - loss > minGain;
    if (hasGained) [best, without] = [{ loss, trial: number }, 0];
    else if (best !== undefined) without++;
    if (best !== undefined && without >= trialsWithoutGain) {
      const since = `the last that did was trial ${best.trial} with ${sign * best.loss}`;
      const gained = `gained ${minGain > 0 ? `no more than ${minGain}` : 'nothing'}`;
      const row =
        without === 1 ? `1 trial, trial ${number}, has` : `${without} trials in a row, up to trial ${number}, have`;
      const message = `${row} ${gained}; ${since}`;
      return { rule: 'trialsWithoutGain', trial: number, message };
    }
  }
  return undefined;
}
