import { HpoError } from '../base/errors.ts';
import {
  checkFields,
  type Fields,
  numberFrom,
  type OptionKind,
  refusal,
  wholeNumberFrom,
  withDefaults,
} from '../base/option-checks.ts';
import { ownValue } from '../base/own-value.ts';
import type { History, HistoryReader } from '../history/history.ts';
import { type Losses, nonDominationRanks } from '../math/domination.ts';
import { type Direction, lossesOf } from '../trial/direction.ts';
import { type FrozenTrial, lastStep } from '../trial/frozen-trial.ts';
import { type Metrics, metricsAt, metricsOf } from '../trial/reported-metrics.ts';
import { isJudged, JUDGED_STEPS_FIELDS, type JudgedSteps } from './judged-steps.ts';
import type { Pruner } from './pruner.ts';

/** The reports that {@link paretoRank} compares, and when. */
export interface ParetoRankOptions extends JudgedSteps {
  /**
   * The names of the further figures of a report that stand for the second direction, the third, and so on; the
   * reported value stands for the first: `trial.report(loss, epoch, { milliseconds })` with `['milliseconds']`.
   */
  readonly metrics: readonly string[];
  /** The percentage of COMPLETE trials that a trial may rank behind, from 0 to 100; default 50. */
  readonly percent?: number;
  /** The number of COMPLETE trials before the first trial can be pruned; default 5. */
  readonly startupTrials?: number;
  /** The number of COMPLETE trials that must have reported at exactly the trial's last step; default 1. */
  readonly minTrials?: number;
}

const names: OptionKind = {
  wanted: "a list of names, such as ['milliseconds']",
  accepts: (value) => Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string'),
};

const FIELDS: Fields<ParetoRankOptions> = {
  metrics: names,
  percent: numberFrom(0, 100),
  startupTrials: wholeNumberFrom(0),
  ...JUDGED_STEPS_FIELDS,
  minTrials: wholeNumberFrom(1),
};

const defaults: Required<Omit<ParetoRankOptions, 'metrics'>> = {
  percent: 50,
  startupTrials: 5,
  warmupSteps: 0,
  interval: 1,
  minTrials: 1,
};

/**
 * The median rule for several directions, which Optuna has no pruner for: prunes a trial when more than `percent` per
 * cent of the COMPLETE trials have a lower non-domination rank (Deb et al. 2002) than its own, among their reports at
 * its last step and its own report there. So a trial is never pruned while no other dominates it. Selection of learning
 * trials by non-domination rank follows Schmucker et al. 2021 ("Multi-objective asynchronous successive halving",
 * arXiv 2106.12639); with one direction the rule would be that of `median({ compare: 'last' })`.
 *
 * A trial whose report has a NaN is pruned; such reports of others are left out.
 *
 * @throws HpoError HPO_INVALID_STUDY for an option that is out of its range. A study whose directions are not one more
 *   than the metrics is refused with the same code when it is declared or opened. A trial that is judged after a report
 *   without one of the metrics fails with HPO_INVALID_ARGUMENT.
 * @example defineStudy({ directions: ['minimize', 'minimize'], pruner: paretoRank({ metrics: ['milliseconds'] }), … })
 */
export function paretoRank(options: ParetoRankOptions): Pruner {
  const refuse = refusal('HPO_INVALID_STUDY', 'paretoRank()');
  checkFields(options, FIELDS, refuse);
  if (options.metrics === undefined) refuse(`\`metrics\` is missing; give ${names.wanted}.`);
  const { metrics, ...rest } = options;
  const { percent, startupTrials, minTrials, ...steps } = withDefaults(defaults, rest);
  const reader = readerOf(metrics);
  return Object.freeze<Pruner>({
    name: 'paretoRank',
    ignoresRunningReports: true,
    checkStudy({ name, directions }) {
      if (directions.length === metrics.length + 1) return;
      const counts = `the study "${name}" has ${directions.length}`;
      refuse(`with the value, its metrics make ${metrics.length + 1} directions, and ${counts}; name one for each.`);
    },
    judge(history, trial) {
      const { trialCount, lossesByStep } = history.summary(reader);
      const step = lastStep(trial);
      if (trialCount < Math.max(startupTrials, 1) || step === undefined || !isJudged(step, trial, steps)) return false;
      const own = ownLosses(trial, step, metrics, history);
      if (own.some(Number.isNaN)) return true;
      const others = lossesByStep.get(step) ?? [];
      if (others.length < minTrials) return false;
      const ranks = nonDominationRanks([...others, own]);
      const ownRank = ranks[others.length] as number;
      const ahead = ranks.reduce((count, rank) => count + (rank < ownRank ? 1 : 0), 0);
      return ahead > (percent / 100) * others.length;
    },
  });
}

/** The reports of COMPLETE trials. */
interface Reports {
  readonly directions: readonly Direction[];
  trialCount: number;
  /** The losses by step, those with a NaN or without a metric left out. */
  readonly lossesByStep: Map<number, Losses[]>;
}

function readerOf(metrics: readonly string[]): HistoryReader<Reports> {
  return {
    start: ({ directions }) => ({ directions, trialCount: 0, lossesByStep: new Map() }),
    take(reports, trial) {
      if (trial.state !== 'COMPLETE') return;
      reports.trialCount++;
      const reported = metricsOf(trial);
      for (const [step, value] of trial.intermediateValues) {
        const losses = lossesAt(value, reported.get(step), metrics, reports.directions);
        if (losses.some(Number.isNaN)) continue;
        const known = reports.lossesByStep.get(step);
        if (known === undefined) reports.lossesByStep.set(step, [losses]);
        else known.push(losses);
      }
    },
  };
}

function ownLosses(trial: FrozenTrial, step: number, metrics: readonly string[], { study }: History): Losses {
  const reported = metricsAt(trial, step) ?? {};
  const missing = metrics.find((name) => ownValue(reported, name) === undefined);
  if (missing === undefined) {
    return lossesAt(trial.intermediateValues.get(step) as number, reported, metrics, study.directions);
  }
  const call = `trial.report(value, ${step}, { ${missing}: … })`;
  const what = `paretoRank(): trial ${trial.number} reported step ${step} without \`${missing}\`; report it by ${call}.`;
  throw new HpoError('HPO_INVALID_ARGUMENT', what, { data: { trial: trial.number, step } });
}

/** The losses of one report, NaN for a metric that it lacks. */
function lossesAt(
  value: number,
  reported: Metrics | undefined,
  metrics: readonly string[],
  directions: readonly Direction[],
): Losses {
  return lossesOf([value, ...metrics.map((name) => ownValue(reported ?? {}, name) ?? Number.NaN)], directions);
}
