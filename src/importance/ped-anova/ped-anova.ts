import {
  checkFields,
  type Fields,
  flag,
  fraction,
  refusal,
  withDefaults,
  wrongValue,
} from '../../base/option-checks.ts';
import { ownValue } from '../../base/own-value.ts';
import { isCategorical } from '../../space/categorical-distribution.ts';
import type { Distribution } from '../../space/distribution.ts';
import { isNumeric } from '../../space/numeric-distribution.ts';
import { distributionsOf } from '../../trial/shared-distributions.ts';
import type { ImportanceEvaluator, ImportanceQuestion, RatedTrial } from '../evaluator.ts';
import { unknownParam } from '../refusals.ts';
import { ChoiceGrid } from './choice-grid.ts';
import type { Grid } from './grid.ts';
import { NumericGrid } from './numeric-grid.ts';
import { type Regime, regimesOf } from './regimes.ts';
import { bestTrials } from './top-trials.ts';

/** The number of trials that a regime needs to count. */
const LEAST_TRIALS = 2;
/** Added to every mass, so that none is 0. */
const LEAST_MASS = 1e-12;

/** The options of {@link pedAnova}. The defaults are Optuna's. */
export interface PedAnovaOptions {
  /** The share of the trials that is good. Importance is the difference between these and the region. Default 0.1. */
  readonly targetQuantile?: number;
  /** The share of the best trials that forms the region, with which the good ones are compared. Default 1, all. */
  readonly regionQuantile?: number;
  /**
   * Whether the good trials are compared with those of the region, so that importance holds within the part of the
   * space that the search has looked at; false compares them with all values of the space alike. Default true.
   */
  readonly evaluateOnLocal?: boolean;
}

const defaults: Required<PedAnovaOptions> = { targetQuantile: 0.1, regionQuantile: 1, evaluateOnLocal: true };

const FIELDS: Fields<PedAnovaOptions> = { targetQuantile: fraction, regionQuantile: fraction, evaluateOnLocal: flag };

class PedAnova implements ImportanceEvaluator {
  readonly name = 'ped-anova';
  readonly #options: Required<PedAnovaOptions>;

  constructor(options: PedAnovaOptions) {
    const refuse = refusal('HPO_INVALID_ARGUMENT', 'pedAnova()');
    checkFields(options, FIELDS, refuse);
    this.#options = withDefaults(defaults, options);
    const { targetQuantile, regionQuantile } = this.#options;
    if (targetQuantile >= regionQuantile) {
      const wanted = `a number below \`regionQuantile\`, ${regionQuantile}`;
      refuse(wrongValue('`targetQuantile`', targetQuantile, wanted), { targetQuantile, regionQuantile });
    }
  }

  evaluate({ complete, rated, params }: ImportanceQuestion): ReadonlyMap<string, number> {
    const known = () => new Set([...distributionsOf(complete)].flatMap((distributions) => Object.keys(distributions)));
    // The first trial mostly has the named ones, which avoids a look through a hundred thousand trials for each sample.
    const missing = params?.find((name) => !complete.some(({ distributions }) => Object.hasOwn(distributions, name)));
    if (missing !== undefined) throw unknownParam(missing, known());
    const region = bestTrials(rated, this.#options.regionQuantile);
    const good = new Set(bestTrials(rated, this.#options.targetQuantile));
    return new Map([...(params ?? known())].map((name) => [name, this.#importance(name, region, good)]));
  }

  /**
   * The importance of a parameter: the part of the variance between regimes by theorem 4.2 of Conditional PED-ANOVA
   * (arXiv 2601.20800).
   */
  #importance(name: string, region: readonly RatedTrial[], good: ReadonlySet<RatedTrial>): number {
    let sum = 0;
    for (const regime of regimesOf(name, region)) {
      if (regime.distribution.isSingle || regime.trials.length < LEAST_TRIALS) continue;
      const goodOnes = regime.trials.filter((trial) => good.has(trial));
      if (goodOnes.length === 0) continue;
      const goodShare = goodOnes.length / good.size;
      const share = regime.trials.length / region.length;
      sum += (goodShare ** 2 / share) * this.#divergence(name, regime, goodOnes);
    }
    return sum * (good.size / region.length) ** 2;
  }

  /** Pearson's χ² divergence of the good trials' density from that of the region. */
  #divergence(name: string, { distribution, trials }: Regime, good: readonly RatedTrial[]): number {
    const grid = gridOf(distribution);
    const goodMasses = massesOf(name, grid, good);
    const masses = this.#options.evaluateOnLocal
      ? massesOf(name, grid, trials)
      : new Float64Array(grid.size).fill(1 / grid.size);
    return masses.reduce((sum, mass, at) => sum + mass * ((goodMasses[at] as number) / mass - 1) ** 2, 0);
  }
}

function gridOf(distribution: Distribution): Grid {
  if (isCategorical(distribution)) return new ChoiceGrid(distribution);
  if (isNumeric(distribution)) return new NumericGrid(distribution);
  throw new TypeError(`${distribution} is neither numeric nor categorical.`);
}

function massesOf(name: string, grid: Grid, trials: readonly RatedTrial[]): Float64Array {
  const counts = new Uint32Array(grid.size);
  for (const { trial } of trials) {
    const cell = grid.cellOf(ownValue(trial.params, name) ?? null);
    counts[cell] = (counts[cell] as number) + 1;
  }
  return grid.masses(counts).map((mass) => mass + LEAST_MASS);
}

/**
 * PED-ANOVA (Watanabe, Bansal and Hutter 2023), Optuna's default: the difference between the density of a parameter's
 * values among the good trials and that among all. It is fast, and suits a search that has gathered its trials in a
 * part of the space.
 *
 * Conditional parameters, and those whose bounds differ from trial to trial, count by each distribution that they were
 * drawn from, in trials that share it (Conditional PED-ANOVA, KDD 2026); parameters with a single value count 0. With
 * several directions the good trials are the least dominated, as in `tpe()`. Where all trials are good ones, as with
 * values that are all equal, every importance is 0. Fifty trials or more are best.
 *
 * @throws HpoError HPO_INVALID_ARGUMENT unless 0 < targetQuantile < regionQuantile ≤ 1.
 * @example importance(study, { evaluator: pedAnova({ targetQuantile: 0.25 }) })
 */
export function pedAnova(options: PedAnovaOptions = {}): ImportanceEvaluator {
  return new PedAnova(options);
}
