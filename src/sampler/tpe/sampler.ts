import { HpoError } from '../../errors.ts';
import type { Distribution, ParamValue } from '../../space/distribution.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import type { StudyView } from '../../trial/study-view.ts';
import { RandomSampler } from '../random.ts';
import type { DistributionMap, SampledTrial, Sampler } from '../sampler.ts';
import { checkTpeOptions, type TpeOptions, tpeDefaults } from './options.ts';
import { ParzenEstimator, type Points } from './parzen-estimator.ts';
import { belowCount, splitTrials } from './split.ts';
import { TrialTable } from './trial-table.ts';

/** The tree-structured Parzen estimator. Made by {@link tpe}. */
export class TpeSampler implements Sampler {
  readonly name = 'tpe';
  readonly #options: Required<TpeOptions>;
  readonly #random = new RandomSampler();
  /** By the array of the study's trials, so that the tables go when the studies go. */
  readonly #tables = new WeakMap<readonly FrozenTrial[], TrialTable>();

  constructor(options: TpeOptions = {}) {
    checkTpeOptions(options);
    this.#options = { ...tpeDefaults, ...options };
  }

  relativeSpace(study: StudyView): DistributionMap {
    const table = this.#table(study);
    if (!this.#options.multivariate || this.#isStartup(table)) return new Map();
    return table.space;
  }

  sampleRelative(study: StudyView, trial: SampledTrial, space: DistributionMap): ReadonlyMap<string, ParamValue> {
    return this.#sample(this.#table(study), trial, space, 'sampler');
  }

  sampleIndependent(study: StudyView, trial: SampledTrial, name: string, distribution: Distribution): ParamValue {
    const table = this.#table(study);
    if (this.#isStartup(table)) return this.#random.sampleIndependent(study, trial, name, distribution);
    const space = new Map([[name, distribution]]);
    return this.#sample(table, trial, space, `sampler:${name}`).get(name) as ParamValue;
  }

  #isStartup(table: TrialTable): boolean {
    return table.finishedCount < this.#options.startupTrials;
  }

  #sample(table: TrialTable, trial: SampledTrial, space: DistributionMap, purpose: string): Map<string, ParamValue> {
    const { candidates, constantLiar, priorWeight } = this.#options;
    const standings = table.standings((running) => !constantLiar || running.number === trial.number);
    const { below, above } = splitTrials(standings, belowCount(table.finishedCount));
    const distributions = [...space.values()];
    const good = new ParzenEstimator(distributions, table.observations(space, below), priorWeight);
    const rest = new ParzenEstimator(distributions, table.observations(space, above), priorWeight);
    const points = good.sample(trial.rng(purpose), candidates);
    const chosen = mostPromising(points, good, rest);
    const entries = [...space].map(([name, distribution], at) => {
      const value = (points[at] as Float64Array)[chosen] as number;
      return [name, distribution.fromInternal(value)] as const;
    });
    return new Map(entries);
  }

  #table(study: StudyView): TrialTable {
    const [direction] = study.directions;
    if (direction === undefined || study.directions.length > 1) {
      throw new HpoError(
        'HPO_INVALID_STUDY',
        `tpe() takes one direction and the study "${study.name}" has ${study.directions.length}; use random().`,
        { data: { directions: study.directions } },
      );
    }
    let table = this.#tables.get(study.trials);
    if (table === undefined) {
      table = new TrialTable();
      this.#tables.set(study.trials, table);
    }
    table.update(study.trials, direction);
    return table;
  }
}

/** The point with the greatest ratio of the densities of good and other trials; of equal ones the first. */
export function mostPromising(points: Points, good: ParzenEstimator, rest: ParzenEstimator): number {
  const logGood = good.logDensities(points);
  const logRest = rest.logDensities(points);
  let chosen = 0;
  let greatest = -Infinity;
  for (let point = 0; point < logGood.length; point++) {
    const ratio = (logGood[point] as number) - (logRest[point] as number);
    if (ratio > greatest) [greatest, chosen] = [ratio, point];
  }
  return chosen;
}

/**
 * The tree-structured Parzen estimator (Bergstra et al. 2011), by the rules of Optuna 5: the finished trials are split
 * into a good tenth and the rest, each is turned into a density over the search space, values are drawn from that of
 * the good ones, and the one is taken that is likelier there than among the rest by the greatest factor.
 *
 * Trials that the pruner stopped count, behind all complete ones; running ones keep parallel trials apart. Parameters
 * that every finished trial has are chosen together, so that what works only in combination is found; others, such as
 * conditional ones, alone, from the trials that have them. The first `startupTrials` trials are random.
 *
 * The study seed and the finished and running trials fix what is drawn.
 *
 * @throws HpoError HPO_INVALID_STUDY for an option that is out of its range; a study with several directions is refused
 *   with the same code when it is sampled.
 * @example defineStudy({ sampler: tpe({ startupTrials: 20 }), … })
 */
export function tpe(options: TpeOptions = {}): Sampler {
  return new TpeSampler(options);
}
