import type { JsonValue } from '../../base/json.ts';
import { ownValue } from '../../base/own-value.ts';
import { groupedSpaces } from '../../history/grouped-spaces.ts';
import type { History, HistoryReader, StudyShape } from '../../history/history.ts';
import { intersectionSpace } from '../../history/intersection-space.ts';
import type { Distribution, ParamValue } from '../../space/distribution.ts';
import type { DistributionMap } from '../../space/distribution-map.ts';
import { RandomSampler } from '../random.ts';
import type { Draw, Sampler, StartingTrial } from '../sampler.ts';
import type { Points } from './kernels.ts';
import { checkDistances, type TpeOptions, type TpeSettings, tpeSettings } from './options.ts';
import { type PartialSum, ParzenEstimator } from './parzen-estimator.ts';
import { Scratch } from './scratch.ts';
import { TrialTable } from './trial-table.ts';
import { ageWeights } from './weights.ts';

/** The density of the good trials in a space; it is valid until there are other good trials. */
interface GoodDensity {
  readonly space: DistributionMap;
  readonly rows: Uint32Array;
  readonly density: ParzenEstimator;
}

/** A history as one TPE sampler sums it up. */
interface TpeSummary {
  readonly table: TrialTable;
  /** The densities by the purpose of the draws. */
  readonly goodDensities: Map<string, GoodDensity>;
  /** The memory of the other trials' density, which lasts for one choice. */
  readonly scratch: Scratch;
}

/** The tree-structured Parzen estimator. Made by {@link tpe}. */
export class TpeSampler implements Sampler {
  readonly name = 'tpe';
  readonly ignoresRunningReports = true;
  readonly #settings: TpeSettings;
  readonly #random = new RandomSampler();
  /** Each sampler has a reader of its own, since the densities depend on the settings. */
  readonly #reader: HistoryReader<TpeSummary> = {
    start: ({ directions }) => ({
      table: new TrialTable(directions),
      goodDensities: new Map(),
      scratch: new Scratch(),
    }),
    take: ({ table }, trial) => table.take(trial),
  };

  constructor(options: TpeOptions = {}) {
    this.#settings = tpeSettings(options);
  }

  get options(): JsonValue {
    const { categoricalDistance, ...settings } = this.#settings;
    const distances = Object.entries(categoricalDistance).map(([name, distance]) => [name, String(distance)]);
    return { ...settings, ...(distances.length > 0 && { categoricalDistance: Object.fromEntries(distances) }) };
  }

  checkStudy({ name, space }: StudyShape): void {
    checkDistances(this.#settings.categoricalDistance, name, space);
  }

  start(history: History, trial: StartingTrial): Draw {
    const summary = history.summary(this.#reader);
    const params = new Map<string, ParamValue>();
    if (this.#isStartup(summary)) return { params };
    for (const space of this.#spaces(history, summary)) {
      const purpose = this.#settings.group ? `sampler:${[...space.keys()].join()}` : 'sampler';
      for (const [name, value] of this.#sample(summary, trial, space, purpose)) params.set(name, value);
    }
    return { params };
  }

  sample(history: History, trial: StartingTrial, name: string, distribution: Distribution): ParamValue {
    const summary = history.summary(this.#reader);
    if (this.#isStartup(summary)) return this.#random.sample(history, trial, name, distribution);
    const space = new Map([[name, distribution]]);
    return this.#sample(summary, trial, space, `sampler:${name}`).get(name) as ParamValue;
  }

  #isStartup({ table }: TpeSummary): boolean {
    return table.finishedCount < this.#settings.startupTrials;
  }

  /** The spaces whose parameters are chosen together. None is empty, and no parameter is in two. */
  #spaces(history: History, { table }: TpeSummary): readonly DistributionMap[] {
    const { group, multivariate } = this.#settings;
    if (group) return history.summary(groupedSpaces).spaces;
    if (!(multivariate ?? table.rules.multivariate)) return [];
    const shared = history.summary(intersectionSpace).distributions;
    return shared.size === 0 ? [] : [shared];
  }

  #sample(
    summary: TpeSummary,
    trial: StartingTrial,
    space: DistributionMap,
    purpose: string,
  ): ReadonlyMap<string, ParamValue> {
    const { candidates, constantLiar } = this.#settings;
    const { below, above } = summary.table.split((running) => !constantLiar || running === trial.number);
    const good = this.#goodDensity(summary, space, purpose, below);
    summary.scratch.begin();
    const rest = this.#density(summary.table, space, above, ageWeights, summary.scratch);
    const points = good.sample(trial.rng(purpose), candidates);
    const chosen = mostPromising(points, good, rest);
    const entries = [...space].map(([name, distribution], at) => {
      const value = (points[at] as Float64Array)[chosen] as number;
      return [name, distribution.fromInternal(value)] as const;
    });
    return new Map(entries);
  }

  #goodDensity(
    { table, goodDensities }: TpeSummary,
    space: DistributionMap,
    purpose: string,
    rows: Uint32Array,
  ): ParzenEstimator {
    const known = goodDensities.get(purpose);
    if (known?.rows === rows && equalSpaces(known.space, space)) return known.density;
    const density = this.#density(table, space, rows, table.rules.belowWeights);
    goodDensities.set(purpose, { space, rows, density });
    return density;
  }

  #density(
    table: TrialTable,
    space: DistributionMap,
    rows: Uint32Array,
    weights: (count: number, weights?: Float64Array) => Float64Array,
    scratch?: Scratch,
  ): ParzenEstimator {
    const { priorWeight, categoricalDistance } = this.#settings;
    const distances = Array.from(space.keys(), (name) => ownValue(categoricalDistance, name));
    const weighting = { weights, priorWeight, distances };
    return new ParzenEstimator([...space.values()], table.observations(space, rows, scratch), weighting);
  }
}

/** Whether two spaces have equal distributions under the same names, in any order. */
function equalSpaces(a: DistributionMap, b: DistributionMap): boolean {
  if (a === b) return true;
  return a.size === b.size && [...a].every(([name, distribution]) => b.get(name)?.equals(distribution));
}

/**
 * The index of the point with the greatest ratio of the densities of good and other trials; of equal ones the first.
 * Most trials are among the others, so their density is summed only as far as needed: always at the point that could
 * still be the greatest.
 */
export function mostPromising(points: Points, good: ParzenEstimator, rest: ParzenEstimator): number {
  const logGood = good.logDensities(points);
  const sums = Array.from(logGood, (_, point) => rest.beginSum(points, point));
  const ratios = logGood.map((logDensity, point) => logDensity - (sums[point] as PartialSum).logDensity);
  for (;;) {
    const first = greatestPlace(ratios);
    const sum = sums[first] as PartialSum;
    if (sum.isWhole) return first;
    rest.extendSum(sum);
    ratios[first] = (logGood[first] as number) - sum.logDensity;
  }
}

/** The first place of the greatest number; 0 where there is none above -∞. */
function greatestPlace(numbers: Float64Array): number {
  let first = 0;
  let greatest = -Infinity;
  for (let place = 0; place < numbers.length; place++) {
    const number = numbers[place] as number;
    if (number > greatest) {
      greatest = number;
      first = place;
    }
  }
  return first;
}

/**
 * The tree-structured Parzen estimator (Bergstra et al. 2011), by the rules of Optuna 5. The finished trials are split
 * into a good tenth and the rest, and each part is turned into a density over the search space. Values are drawn from
 * the density of the good trials; the one with the greatest ratio of the two densities is taken.
 *
 * Trials that the pruner stopped count behind all complete ones, and those that violate their constraints behind both;
 * running ones keep parallel trials apart. Parameters that every finished trial has are chosen together, so that values
 * that work only in combination are found. Others, such as conditional ones, are chosen alone from the trials that have
 * them, or in groups with `group: true`. The first `startupTrials` trials are random.
 *
 * With several directions (Ozaki et al. 2022) the good tenth are the trials that fewest dominate, and among those of
 * the same rank the ones that together dominate the greatest hypervolume. Each parameter is then chosen alone, unless
 * `multivariate` or `group` is set.
 *
 * The study seed and the finished and running trials fix every draw.
 *
 * @throws HpoError HPO_INVALID_STUDY for an option that is out of its range, or `group` with `multivariate: false`.
 * @example defineStudy({ sampler: tpe({ startupTrials: 20 }), … })
 */
export function tpe(options: TpeOptions = {}): Sampler {
  return new TpeSampler(options);
}
