import { HpoError } from '../../base/errors.ts';
import { checkFields, type Fields, refusal, wholeNumberFrom, withDefaults } from '../../base/option-checks.ts';
import { magnitudeOf } from '../../math/magnitude.ts';
import { isCategorical } from '../../space/categorical-distribution.ts';
import type { Distribution } from '../../space/distribution.ts';
import { isNumeric } from '../../space/numeric-distribution.ts';
import type { ImportanceEvaluator, ImportanceQuestion, RatedTrial } from '../evaluator.ts';
import { notEnoughTrials } from '../refusals.ts';
import { type AssessedSpace, namedSpace, sharedSpace } from './assessed-space.ts';
import { ChoiceParam } from './choice-param.ts';
import type { EncodedParam } from './encoded-param.ts';
import { type ForestSettings, forest } from './forest.ts';
import { LeafBoxes } from './leaf-boxes.ts';
import { NumberParam } from './number-param.ts';

/** The options of {@link fanova}. The defaults are Optuna's. */
export interface FanovaOptions {
  /** The number of trees in the forest; default 64. */
  readonly trees?: number;
  /** The number of splits that may lie one below the other; default 64. */
  readonly maxDepth?: number;
  /** Fixes the forest: a whole number from 0 on, default 0. */
  readonly seed?: number;
}

const defaults: ForestSettings = { trees: 64, maxDepth: 64, seed: 0 };

const FIELDS: Fields<FanovaOptions> = {
  trees: wholeNumberFrom(1),
  maxDepth: wholeNumberFrom(1),
  seed: wholeNumberFrom(0),
};

/** The number of trees in a forest that is grown on a resample of the trials. */
const QUICK_TREES = 8;

class Fanova implements ImportanceEvaluator {
  readonly name = 'fanova';
  readonly #settings: ForestSettings;

  constructor(options: FanovaOptions) {
    checkFields(options, FIELDS, refusal('HPO_INVALID_ARGUMENT', 'fanova()'));
    this.#settings = withDefaults(defaults, options);
  }

  get quick(): ImportanceEvaluator {
    return new Fanova({ ...this.#settings, trees: Math.min(QUICK_TREES, this.#settings.trees) });
  }

  evaluate({ complete, rated, params }: ImportanceQuestion): ReadonlyMap<string, number> {
    if ((rated[0] as RatedTrial).losses.length > 1) {
      const mend = 'name it by `target`, or by --direction on the command line';
      throw new HpoError('HPO_INVALID_ARGUMENT', `fANOVA explains one direction; ${mend}.`);
    }
    const space = params === undefined ? sharedSpace(complete) : namedSpace(complete, params);
    const having = rated.filter(({ trial }) => [...space.keys()].every((name) => Object.hasOwn(trial.params, name)));
    if (having.length < 2) throw notEnoughTrials(having.length, 'a finite value and all of the parameters');
    const importances = new Map([...space.keys()].map((name) => [name, 0]));
    const varied = new Map([...space].filter(([, distribution]) => !distribution.isSingle));
    if (varied.size === 0) return importances;
    const shares = this.#shares(varied, having);
    for (const [at, name] of [...varied.keys()].entries()) importances.set(name, shares[at] as number);
    return importances;
  }

  /** For each parameter the mean share over the trees: its marginal's variance, divided by the tree's. */
  #shares(space: AssessedSpace, rated: readonly RatedTrial[]): readonly number[] {
    const params = [...space.values()].map(encodedParam);
    const columns = [...space].flatMap(([name, distribution], at) => {
      const internals = Float64Array.from(rated, ({ trial }) => distribution.toInternal(trial.params[name] ?? null));
      return params[at]?.columnsOf(internals) ?? [];
    });
    const losses = Float64Array.from(rated, ({ losses }) => losses[0] as number);
    const magnitude = magnitudeOf(losses); // shares do not depend on it; the squares of 1e155 are infinite
    const values = losses.map((loss) => loss / magnitude);
    const sums = new Float64Array(params.length);
    let trees = 0;
    for (const tree of forest(columns, values, this.#settings)) {
      const boxes = new LeafBoxes(tree, columns.length);
      if (boxes.variance === 0) continue;
      trees++;
      for (const [at, variance] of marginalVariances(boxes, params).entries()) {
        sums[at] = (sums[at] as number) + variance / boxes.variance;
      }
    }
    if (trees > 0) return [...sums].map((sum) => sum / trees);
    throw new HpoError(
      'HPO_NOTHING_TO_SHOW',
      'The complete trials do not differ in their values, or not in their parameters.',
    );
  }
}

/** The variance of each parameter's marginal, where the parameters' columns follow one another. */
export function marginalVariances(boxes: LeafBoxes, params: readonly EncodedParam[]): readonly number[] {
  let start = 0;
  return params.map((param) => {
    const variance = param.marginalVariance(boxes, start);
    start += param.columnCount;
    return variance;
  });
}

function encodedParam(distribution: Distribution): EncodedParam {
  if (isCategorical(distribution)) return new ChoiceParam(distribution);
  if (isNumeric(distribution)) return new NumberParam(distribution);
  throw new TypeError(`${distribution} is neither numeric nor categorical.`);
}

/**
 * fANOVA (Hutter, Hoos and Leyton-Brown 2014): a random forest learns the objective, and a parameter's importance is
 * the share of the forest's variance over the whole space that the parameter explains alone. It needs trials from all
 * over the space, such as `random()` makes, and takes seconds for thousands of them.
 *
 * By Optuna's rules, only parameters that all COMPLETE trials drew from the same distribution are assessed (those named
 * in `params` in the trials that have all of them). Parameters with a single value count 0, and each value counts the
 * same whether `log` is set or not. Equal seeds and trials give equal numbers. The forests are not scikit-learn's, so
 * Optuna's numbers differ by about as much as from seed to seed. For values that are not finite, and several directions
 * without `target`, see `importance()`.
 *
 * @throws HpoError HPO_INVALID_ARGUMENT for an option that is out of its range.
 * @example importance(study, { evaluator: fanova({ seed: 1 }) })
 */
export function fanova(options: FanovaOptions = {}): ImportanceEvaluator {
  return new Fanova(options);
}
