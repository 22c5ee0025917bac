import { isFeasible } from '../trial/constraints.ts';
import type { Direction } from '../trial/direction.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import type { ErrorEstimate } from './error-estimate.ts';
import type { Improvement } from './improvement.ts';

/** When a study ends because little improvement is left. */
export interface TerminationRule {
  readonly improvement: Improvement;
  readonly error: ErrorEstimate;
  /** The number of COMPLETE and feasible trials before the first estimate. */
  readonly minTrials: number;
  /** The number of them from one estimate to the next. */
  readonly every: number;
}

/** The estimates by which a study ends. */
export interface Termination {
  /** The number of the trial after which they were made. */
  readonly trial: number;
  /** The number of COMPLETE and feasible trials up to it. */
  readonly count: number;
  readonly improvement: number;
  readonly error: number;
}

/**
 * Finds the first trial after which the improvement that is left is less than the error, as Optuna's `Terminator`. It
 * depends on the finished trials alone, in the order of their numbers, and keeps the estimates that it has made.
 */
export class TerminationSearch {
  readonly #rule: TerminationRule;
  readonly #direction: Direction;
  /**
   * Estimates by the number of the trial and the count of trials up to it, which tell what they are made of: trials that
   * are complete stay so.
   */
  readonly #improvements = new Map<string, number>();
  readonly #errors = new Map<string, number>();

  constructor(rule: TerminationRule, direction: Direction) {
    this.#rule = rule;
    this.#direction = direction;
  }

  /** @param trials by number. @returns undefined while the study may go on. */
  find(trials: readonly FrozenTrial[]): Termination | undefined {
    const { minTrials, every } = this.#rule;
    const done: FrozenTrial[] = [];
    for (const trial of trials) {
      if (trial.state !== 'COMPLETE' || !isFeasible(trial)) continue;
      done.push(trial);
      if (done.length < minTrials || (done.length - minTrials) % every !== 0) continue;
      const [improvement, error] = this.#estimates(done);
      if (improvement < error) return { trial: trial.number, count: done.length, improvement, error };
    }
    return undefined;
  }

  #estimates(done: readonly FrozenTrial[]): readonly [improvement: number, error: number] {
    const { improvement, error } = this.#rule;
    const direction = this.#direction;
    const { decidedBy = done.length } = error;
    const deciding = done.slice(0, Math.max(decidedBy, 1));
    return [
      kept(this.#improvements, done, () => improvement.evaluate(done, direction)),
      kept(this.#errors, deciding, () => error.evaluate(deciding, direction)),
    ];
  }
}

function kept(known: Map<string, number>, trials: readonly FrozenTrial[], evaluate: () => number): number {
  const key = `${trials.at(-1)?.number} ${trials.length}`;
  const value = known.get(key) ?? evaluate();
  known.set(key, value);
  return value;
}
