import type { StudyView } from '../../history/history.ts';
import type { Distribution, ParamValue } from '../../space/distribution.ts';
import type { DistributionMap } from '../../space/distribution-map.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { RandomSampler } from '../random.ts';
import type { SampledTrial, Sampler } from '../sampler.ts';
import type { Points } from './kernels.ts';
import { type TpeOptions, type TpeSettings, tpeSettings } from './options.ts';
import { type PartialSum, ParzenEstimator } from './parzen-estimator.ts';
import { TrialTable } from './trial-table.ts';
import { ageWeights } from './weights.ts';

/** The tree-structured Parzen estimator. Made by {@link tpe}. */
export class TpeSampler implements Sampler {
  readonly name = 'tpe';
  readonly #settings: TpeSettings;
  readonly #random = new RandomSampler();
  /** By the array of the study's trials, so that the tables go when the studies go. */
  readonly #tables = new WeakMap<readonly FrozenTrial[], TrialTable>();
  /** The density of the good trials in a space, with what these trials were: it lasts until they are others. */
  readonly #good = new WeakMap<DistributionMap, { readonly rows: Uint32Array; readonly density: ParzenEstimator }>();

  constructor(options: TpeOptions = {}) {
    this.#settings = tpeSettings(options);
  }

  relativeSpaces(study: StudyView): readonly DistributionMap[] {
    const { group, multivariate } = this.#settings;
    const table = this.#table(study);
    if (this.#isStartup(table)) return [];
    if (group) return table.groupedSpaces;
    return (multivariate ?? table.rules.multivariate) ? table.sharedSpaces : [];
  }

  sampleRelative(study: StudyView, trial: SampledTrial, space: DistributionMap): ReadonlyMap<string, ParamValue> {
    const purpose = this.#settings.group ? `sampler:${[...space.keys()].join()}` : 'sampler';
    return this.#sample(this.#table(study), trial, space, purpose);
  }

  sampleIndependent(study: StudyView, trial: SampledTrial, name: string, distribution: Distribution): ParamValue {
    const table = this.#table(study);
    if (this.#isStartup(table)) return this.#random.sampleIndependent(study, trial, name, distribution);
    const space = new Map([[name, distribution]]);
    return this.#sample(table, trial, space, `sampler:${name}`).get(name) as ParamValue;
  }

  #isStartup(table: TrialTable): boolean {
    return table.finishedCount < this.#settings.startupTrials;
  }

  #sample(table: TrialTable, trial: SampledTrial, space: DistributionMap, purpose: string): Map<string, ParamValue> {
    const { candidates, constantLiar } = this.#settings;
    const { below, above } = table.split((running) => !constantLiar || running.number === trial.number);
    const good = this.#goodDensity(table, space, below);
    const rest = this.#density(table, space, above, ageWeights);
    const points = good.sample(trial.rng(purpose), candidates);
    const chosen = mostPromising(points, good, rest);
    const entries = [...space].map(([name, distribution], at) => {
      const value = (points[at] as Float64Array)[chosen] as number;
      return [name, distribution.fromInternal(value)] as const;
    });
    return new Map(entries);
  }

  #goodDensity(table: TrialTable, space: DistributionMap, rows: Uint32Array): ParzenEstimator {
    const known = this.#good.get(space);
    if (known?.rows === rows) return known.density;
    const density = this.#density(table, space, rows, table.rules.belowWeights);
    this.#good.set(space, { rows, density });
    return density;
  }

  #density(
    table: TrialTable,
    space: DistributionMap,
    rows: Uint32Array,
    weights: (count: number) => Float64Array,
  ): ParzenEstimator {
    const { priorWeight } = this.#settings;
    return new ParzenEstimator([...space.values()], table.observations(space, rows), { weights, priorWeight });
  }

  #table(study: StudyView): TrialTable {
    let table = this.#tables.get(study.trials);
    if (table === undefined || !table.serves(study.directions)) {
      table = new TrialTable(study.directions);
      this.#tables.set(study.trials, table);
    }
    table.update(study.trials);
    return table;
  }
}

/**
 * The point with the greatest ratio of the densities of good and other trials; of equal ones the first. The density
 * among the others, where the many are, is summed only as far as it takes: always on at the point that could still be
 * the greatest.
 */
export function mostPromising(points: Points, good: ParzenEstimator, rest: ParzenEstimator): number {
  const logGood = good.logDensities(points);
  const sums = Array.from(logGood, (_, point) => rest.beginSum(points, point));
  for (;;) {
    let first = 0;
    let greatest = -Infinity;
    for (let point = 0; point < sums.length; point++) {
      const ratio = (logGood[point] as number) - (sums[point] as PartialSum).logDensity;
      if (ratio > greatest) [greatest, first] = [ratio, point];
    }
    const sum = sums[first] as PartialSum;
    if (sum.isWhole) return first;
    rest.extendSum(sum);
  }
}

/**
 * The tree-structured Parzen estimator (Bergstra et al. 2011), by the rules of Optuna 5: the finished trials are split
 * into a good tenth and the rest, each is turned into a density over the search space, values are drawn from that of
 * the good ones, and the one is taken that is likelier there than among the rest by the greatest factor.
 *
 * Trials that the pruner stopped count, behind all complete ones; those that violate their constraints count behind
 * both; running ones keep parallel trials apart. Parameters that every finished trial has are chosen together, so that
 * what works only in combination is found; others, such as conditional ones, alone, from the trials that have them, or
 * in groups with `group: true`. The first `startupTrials` trials are random.
 *
 * With several directions (Ozaki et al. 2022) the good tenth are the trials that fewest dominate, and among those of the
 * same rank the ones that together dominate the greatest hypervolume; parameters are then chosen each alone unless
 * `multivariate` or `group` is set.
 *
 * The study seed and the finished and running trials fix what is drawn.
 *
 * @throws HpoError HPO_INVALID_STUDY for an option that is out of its range, or `group` with `multivariate: false`.
 * @example defineStudy({ sampler: tpe({ startupTrials: 20 }), … })
 */
export function tpe(options: TpeOptions = {}): Sampler {
  return new TpeSampler(options);
}
