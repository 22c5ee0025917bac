import { checkFields, type Fields, numberFrom, refusal, wholeNumberFrom, withDefaults } from '../base/option-checks.ts';
import { signedRankPValue } from '../math/signed-rank.ts';
import { bestOf } from '../trial/best-trial.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { checkOneDirection } from './one-direction.ts';
import type { Pruner } from './pruner.ts';

/** The certainty that {@link wilcoxon} asks for. The defaults are Optuna's. */
export interface WilcoxonOptions {
  /**
   * The p-value below which a trial is pruned, from 0 to 1: the larger, the sooner. The test is made again at every
   * report, so a trial that is as good as the best is pruned more often than in this share of cases. Default 0.1.
   */
  readonly pThreshold?: number;
  /** The number of steps that both trials must have reported before the first test, at least 2; default 2. */
  readonly startupSteps?: number;
}

const defaults: Required<WilcoxonOptions> = { pThreshold: 0.1, startupSteps: 2 };

const FIELDS: Fields<WilcoxonOptions> = { pThreshold: numberFrom(0, 1), startupSteps: wholeNumberFrom(0) };

/**
 * Prunes a trial that is worse than the best one by Wilcoxon's signed-rank test on the values that both reported at the
 * same steps, as Optuna's pruner. For objectives that are means over independent instances, each reported as a step of
 * its own: the folds of a cross-validation, problems of a solver, questions to a language model. It is not meant for
 * learning curves.
 *
 * A trial goes on while the mean of its reports is no worse than that of the best trial, and wherever one of the two
 * has reported NaN or an infinity. Studies of one direction only.
 *
 * @throws HpoError HPO_INVALID_STUDY for an option that is out of its range. A study with several directions is refused
 *   with the same code when it is declared or opened.
 * @example defineStudy({ pruner: wilcoxon({ pThreshold: 0.05 }), … })
 */
export function wilcoxon(options: WilcoxonOptions = {}): Pruner {
  const refuse = refusal('HPO_INVALID_STUDY', 'wilcoxon()');
  checkFields(options, FIELDS, refuse);
  const { pThreshold, startupSteps } = withDefaults(defaults, options);
  return Object.freeze<Pruner>({
    name: 'wilcoxon',
    ignoresRunningReports: true,
    checkStudy: (study) => checkOneDirection('wilcoxon', study),
    judge: (history, trial) => {
      const best = bestOf(history.trials, history.study.directions);
      if (best === undefined || !isAllFinite(trial) || !isAllFinite(best)) return false;
      const sign = history.study.directions[0] === 'minimize' ? 1 : -1;
      const worseBy: number[] = [];
      for (const [step, value] of [...trial.intermediateValues].sort(([a], [b]) => a - b)) {
        const bestValue = best.intermediateValues.get(step);
        if (bestValue !== undefined) worseBy.push(sign * (value - bestValue));
      }
      if (worseBy.length < Math.max(2, startupSteps)) return false;
      if (sign * meanReport(best) >= sign * meanReport(trial)) return false;
      return signedRankPValue(worseBy) < pThreshold;
    },
  });
}

/** Whether a trial has reported, and finite values alone. */
function isAllFinite({ intermediateValues }: FrozenTrial): boolean {
  return intermediateValues.size > 0 && [...intermediateValues.values()].every(Number.isFinite);
}

function meanReport({ intermediateValues }: FrozenTrial): number {
  let sum = 0;
  for (const value of intermediateValues.values()) sum += value;
  return sum / intermediateValues.size;
}
