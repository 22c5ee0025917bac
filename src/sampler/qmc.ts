import type { JsonValue } from '../base/json.ts';
import { checkFields, type Fields, flag, oneOf, refusal, withDefaults } from '../base/option-checks.ts';
import type { History, HistoryReader } from '../history/history.ts';
import { Halton } from '../math/halton.ts';
import { SOBOL_DIMENSIONS, Sobol } from '../math/sobol.ts';
import { isCategorical } from '../space/categorical-distribution.ts';
import type { Distribution, ParamValue } from '../space/distribution.ts';
import type { DistributionMap } from '../space/distribution-map.ts';
import { isNumeric } from '../space/numeric-distribution.ts';
import { UnitInterval } from '../space/unit-interval.ts';
import { type FrozenTrial, hasResult } from '../trial/frozen-trial.ts';
import { RandomSampler } from './random.ts';
import type { Draw, Sampler, StartingTrial } from './sampler.ts';

/** The options of {@link qmc}. */
export interface QmcOptions {
  /** The sequence of points; default `sobol`. */
  readonly type?: 'sobol' | 'halton';
  /** Scramble the sequence by the study's seed; default true. Unscrambled, all studies try the same points. */
  readonly scramble?: boolean;
}

const defaults: Required<QmcOptions> = Object.freeze({ type: 'sobol', scramble: true });

const FIELDS: Fields<QmcOptions> = { type: oneOf('sobol', 'halton'), scramble: flag };

/** The COMPLETE or PRUNED trial with the smallest number. */
const firstResult: HistoryReader<{ trial?: FrozenTrial }> = {
  start: () => ({}),
  take(first, trial) {
    if (hasResult(trial) && trial.number < (first.trial?.number ?? Infinity)) first.trial = trial;
  },
};

/** Takes the points of a low-discrepancy sequence. Made by {@link qmc}. */
export class QmcSampler implements Sampler {
  readonly name = 'qmc';
  readonly ignoresRunningReports = true;
  readonly #settings: Required<QmcOptions>;
  readonly #random = new RandomSampler();

  constructor(options: QmcOptions = {}) {
    checkFields(options, FIELDS, refusal('HPO_INVALID_STUDY', 'qmc()'));
    this.#settings = withDefaults(defaults, options);
  }

  get options(): JsonValue {
    return { ...this.#settings };
  }

  start(history: History, trial: StartingTrial): Draw {
    const space = coordinatesOf(history);
    const point = this.#point(space.size, trial);
    const entries = [...space].map(([name, distribution], at) => {
      return [name, valueAt(distribution, point[at] as number)] as const;
    });
    return { params: new Map(entries) };
  }

  sample(history: History, trial: StartingTrial, name: string, distribution: Distribution): ParamValue {
    return this.#random.sample(history, trial, name, distribution);
  }

  #point(dimensions: number, trial: StartingTrial): Float64Array {
    const { type, scramble } = this.#settings;
    const scrambling = trial.studyRng('sampler');
    const random = scramble ? () => scrambling.uniform() : undefined;
    if (type === 'halton') return new Halton(dimensions, random).point(trial.number);
    const point = new Float64Array(dimensions);
    const own = Math.min(dimensions, SOBOL_DIMENSIONS);
    point.set(new Sobol(own, random).point(trial.number));
    const rest = trial.rng('sampler');
    for (let at = own; at < dimensions; at++) point[at] = rest.uniform();
    return point;
  }
}

/** The parameters that have a coordinate: those declared, and those that the first trial with a result asked for. */
function coordinatesOf(history: History): DistributionMap {
  const { trial } = history.summary(firstResult);
  const all = [...Object.entries(trial?.distributions ?? {}), ...history.study.space];
  const declaredFirst = new Map([...history.study.space, ...all]);
  return new Map([...declaredFirst].filter(([, distribution]) => !distribution.isSingle));
}

/** The value at a coordinate in [0, 1): numbers as {@link UnitInterval}, choices in equal parts. */
function valueAt(distribution: Distribution, place: number): ParamValue {
  if (isNumeric(distribution)) return new UnitInterval(distribution).valueAt(place);
  const count = isCategorical(distribution) ? distribution.choices.length : 1;
  return distribution.fromInternal(Math.floor(place * count));
}

/**
 * Quasi-Monte Carlo search (Bergstra and Bengio 2012, section 4): the points of a low-discrepancy sequence, which fill
 * the space more evenly than random ones, whatever other trials found. Trial n takes point n, so that no point is taken
 * twice, however many processes share the study.
 *
 * The sequence has a coordinate for each declared parameter, those of all branches of a variant, and for each that the
 * first COMPLETE or PRUNED trial asked for; other parameters are drawn evenly, and so are those of a Sobol sequence from
 * the 65th on. Optuna's rule, with points by the number of the trial and scrambled by default.
 *
 * @throws HpoError HPO_INVALID_STUDY for an option that is out of its range.
 * @example defineStudy({ sampler: qmc({ type: 'halton' }), … })
 */
export function qmc(options: QmcOptions = {}): Sampler {
  return new QmcSampler(options);
}
