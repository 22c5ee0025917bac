import type { History } from '../history/history.ts';
import { rungKey, rungValues } from '../history/rung-values.ts';
import type { Direction } from '../trial/direction.ts';
import { type Attributes, type FrozenTrial, lastStep } from '../trial/frozen-trial.ts';
import type { Judgement } from './pruner.ts';

/** The rungs of successive halving, and who climbs them. */
export interface HalvingRule {
  /** The step of the lowest rung, with `minEarlyStoppingRate` 0. */
  readonly minResource: number;
  /** The factor between the steps of two rungs; of as many trials one climbs on. */
  readonly reductionFactor: number;
  /** The number of rungs that are left out at the bottom. */
  readonly minEarlyStoppingRate: number;
  /** The number of trials that are pruned at a rung before any climbs on. */
  readonly bootstrapCount: number;
}

/**
 * Judges a trial by asynchronous successive halving, as Optuna does. At each rung that it has reached since it was
 * judged last, its last value is compared with the values of all trials at that rung, its own included: it climbs on
 * if it is among the best `floor(count / reductionFactor)` of them, ties included, or is the best where that is none.
 *
 * @param history the trials that it competes with.
 * @returns whether to prune it, with the rungs that it has reached in Optuna's attributes (`completed_rung_0`, …).
 */
export function judgeByHalving(rule: HalvingRule, history: History, trial: FrozenTrial): Judgement {
  const step = lastStep(trial);
  if (step === undefined) return false;
  const direction = history.study.directions[0] as Direction;
  const value = trial.intermediateValues.get(step) as number;
  const attrs: Record<string, Attributes[string]> = {};
  const answer = (prune: boolean): Judgement => (Object.keys(attrs).length === 0 ? prune : { prune, attrs });
  for (let rung = firstOpenRung(trial); ; rung++) {
    if (step < stepOfRung(rule, rung)) return answer(false);
    if (Number.isNaN(value)) return answer(true);
    attrs[rungKey(rung)] = value;
    const others = history.summary(rungValues).at(rung);
    if (others.length + 1 <= rule.bootstrapCount) return answer(true);
    if (!isAmongBest(value, others, rule.reductionFactor, direction)) return answer(true);
  }
}

/** The step at which a trial reaches a rung. */
export function stepOfRung({ minResource, reductionFactor, minEarlyStoppingRate }: HalvingRule, rung: number): number {
  return minResource * reductionFactor ** (minEarlyStoppingRate + rung);
}

function firstOpenRung({ systemAttrs }: FrozenTrial): number {
  let rung = 0;
  while (Object.hasOwn(systemAttrs, rungKey(rung))) rung++;
  return rung;
}

/** Whether no more of the others are better than may climb on beside it. */
function isAmongBest(value: number, others: readonly number[], reductionFactor: number, direction: Direction): boolean {
  const count = Math.max(Math.floor((others.length + 1) / reductionFactor), 1);
  // At least one of the best `count`, with the value among them, is no better than the value.
  if (others.length < count) return true;
  const bound = direction === 'minimize' ? others[count - 1] : others[others.length - count];
  return direction === 'minimize' ? value <= (bound as number) : value >= (bound as number);
}
