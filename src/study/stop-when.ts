import {
  callback,
  checkFields,
  type Fields,
  type OptionKind,
  type Refuse,
  wholeNumberFrom,
  wrongValue,
} from '../base/option-checks.ts';
import type { ErrorEstimate, Improvement } from '../terminator/index.ts';
import { staticError } from '../terminator/static-error.ts';
import { TerminationSearch } from '../terminator/termination.ts';
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
  /**
   * An estimate of what further trials may still improve: `regretBound()`, `emmr()` or `stagnation()`. The study ends
   * when it is less than {@link error}, as by Optuna's terminators. Only feasible COMPLETE trials count.
   */
  readonly improvement?: Improvement;
  /**
   * The improvement that is not worth further trials, in units of the value, or an estimate of it:
   * `crossValidationError()`, `medianError(improvement)`. Only with `improvement`. Default: the one that goes with that.
   */
  readonly error?: number | ErrorEstimate;
  /** The number of feasible COMPLETE trials before the first estimate. Only with `improvement`. Default 20. */
  readonly minTrials?: number;
  /**
   * The number of feasible COMPLETE trials from one estimate to the next, which takes a tenth of a second among
   * hundreds of trials; 1 to estimate after each, as Optuna does. Only with `improvement`. Default 5.
   */
  readonly every?: number;
}

/** The rule that has ended a study, and the trial at which it did. */
export type StopReason = {
  readonly rule: 'value' | 'trialsWithoutGain' | 'improvement';
  /** The trial that reached the value, the last of those without gain, or the last of those that were modelled. */
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
  improvement: estimate('an estimate of it, such as regretBound()'),
  error: {
    wanted: 'a finite number or an estimate, such as crossValidationError()',
    accepts: (value) => (typeof value === 'number' ? Number.isFinite(value) : estimate('').accepts(value)),
  },
  minTrials: wholeNumberFrom(1),
  every: wholeNumberFrom(1),
};

/** The rules that go with another one. */
const COMPANIONS = {
  minGain: 'trialsWithoutGain',
  error: 'improvement',
  minTrials: 'improvement',
  every: 'improvement',
};

function estimate(wanted: string): OptionKind {
  return { wanted, accepts: (value) => callback.accepts((value as Partial<Improvement> | null)?.evaluate) };
}

/** Refuses rules that are empty, or cannot be used in a study with these directions. */
export function checkStopWhen(stopWhen: unknown, directions: readonly Direction[], refuse: Refuse): void {
  if (stopWhen === undefined) return;
  if (typeof stopWhen !== 'object' || stopWhen === null) {
    refuse(wrongValue('`stopWhen`', stopWhen, 'an object such as { value: 0.05 } or { trialsWithoutGain: 20 }'));
  }
  checkFields(stopWhen, FIELDS, (problem) => refuse(`in \`stopWhen\` ${problem}`));
  const { value, trialsWithoutGain, improvement } = stopWhen as StopWhen;
  for (const [name, needed] of Object.entries(COMPANIONS) as [keyof StopWhen, keyof StopWhen][]) {
    if ((stopWhen as StopWhen)[name] === undefined || (stopWhen as StopWhen)[needed] !== undefined) continue;
    refuse(`in \`stopWhen\`, \`${name}\` goes with \`${needed}\`; give that, too.`);
  }
  if (value === undefined && trialsWithoutGain === undefined && improvement === undefined) {
    refuse('`stopWhen` is empty; give `value`, `trialsWithoutGain` or `improvement`.');
  }
  if (directions.length > 1) {
    refuse('`stopWhen` is for studies with one direction: with several no value is the best; leave it out.');
  }
}

/** Finds the rule that ends a study; it keeps what is costly to estimate from one time to the next. */
export class StopSearch {
  readonly #stopWhen: StopWhen;
  readonly #direction: Direction;
  readonly #termination: TerminationSearch | undefined;

  constructor(stopWhen: StopWhen, direction: Direction) {
    this.#stopWhen = stopWhen;
    this.#direction = direction;
    const { improvement, error = improvement?.error, minTrials = 20, every = 5 } = stopWhen;
    if (improvement === undefined || error === undefined) return;
    const estimate = typeof error === 'number' ? staticError(error) : error;
    this.#termination = new TerminationSearch({ improvement, error: estimate, minTrials, every }, direction);
  }

  /** The rule that holds for the trials, the first one by the number of the trial; undefined while none does. */
  reason(trials: readonly FrozenTrial[]): StopReason | undefined {
    const plain = plainReason(this.#stopWhen, trials, this.#direction);
    const found = this.#termination?.find(plain === undefined ? trials : trials.slice(0, plain.trial));
    if (found === undefined) return plain;
    const { trial, count, improvement, error } = found;
    const left = `an improvement of ${improvement} is left after ${count} complete trials`;
    return { rule: 'improvement', trial, message: `${left}, up to trial ${trial}, less than the error of ${error}` };
  }
}

/** The rule that holds, of those that need no estimate. */
function plainReason(
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
