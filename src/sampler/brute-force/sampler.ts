import { type ErrorCode, HpoError } from '../../base/errors.ts';
import type { History, HistoryReader, StudyShape } from '../../history/history.ts';
import type { Distribution, ParamValue } from '../../space/distribution.ts';
import { type FiniteValues, finiteValues } from '../../space/finite-values.ts';
import type { Draw, Sampler, StartingTrial } from '../sampler.ts';
import { ValueTree } from './value-tree.ts';

/** The most values of one parameter: each of them is weighed. */
const MOST_VALUES = 2 ** 20;

/** Tries every combination of parameters that an objective asks for. Made by {@link bruteForce}. */
export class BruteForceSampler implements Sampler {
  readonly name = 'bruteForce';
  readonly ignoresRunningReports = true;
  readonly seesAllTrials = true;
  readonly #reader: HistoryReader<ValueTree> = {
    start: () => new ValueTree(),
    take: (tree, trial) => tree.take(trial),
  };

  checkStudy({ space }: StudyShape): void {
    for (const [name, distribution] of space) valuesOf(name, distribution, 'HPO_INVALID_STUDY');
  }

  remaining(history: History): 0 | undefined {
    return history.summary(this.#reader).isOpen ? undefined : 0;
  }

  start(): Draw {
    return { params: new Map() };
  }

  sample(history: History, trial: StartingTrial, name: string, distribution: Distribution): ParamValue {
    const values = valuesOf(name, distribution, 'HPO_INVALID_ARGUMENT');
    const open = history.summary(this.#reader).openBehind(trial.params, name, distribution, values.count);
    const rng = trial.rng(`sampler:${name}`);
    return values.at(drawOpen(open, rng.uniform()) ?? rng.integer(values.count));
  }
}

/** @throws HpoError with `code` where the parameter has infinitely many values, or too many. */
function valuesOf(name: string, distribution: Distribution, code: ErrorCode): FiniteValues {
  const values = finiteValues(distribution);
  if (values !== undefined && values.count <= MOST_VALUES) return values;
  const problem = values ? `has ${values.count} values, of at most ${MOST_VALUES}` : 'is continuous';
  const mend = 'give a `step`, or use another sampler';
  throw new HpoError(code, `bruteForce(): \`${name}\`, ${distribution}, ${problem}; ${mend}.`, { data: { name } });
}

/**
 * Draws a value behind which something is open: half of the weight by how much, half the same for all of them, so that
 * no branch waits until the end (Optuna's rule). Undefined where nothing is open.
 *
 * @param at a draw from [0, 1).
 */
export function drawOpen(open: Float64Array, at: number): number | undefined {
  const total = open.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  const values = open.reduce((sum, count) => sum + Number(count > 0), 0);
  let rest = at;
  for (const [index, count] of open.entries()) {
    if (count > 0) rest -= 0.5 * (count / total) + 0.5 / values;
    if (rest < 0) return index;
  }
  return open.findLastIndex((count) => count > 0);
}

/**
 * Tries every combination of the parameters that an objective asks for as it runs, and then ends the study: the search
 * space is found while trials run, branch by branch. Parameters must have finitely many values. A trial avoids what
 * others have tried or try; processes that choose at the same moment may still try the same. For a declared space
 * `grid()` never does.
 *
 * Failed trials count as tried, as in Optuna. Where the range of a parameter changes, its new values are tried.
 *
 * @throws HpoError HPO_INVALID_STUDY when a study is declared or opened, for a continuous parameter, or one of more
 *   than 2^20 values; the trial that asks for one fails with HPO_INVALID_ARGUMENT.
 * @example createStudy({ sampler: bruteForce(), … })
 */
export function bruteForce(): Sampler {
  return new BruteForceSampler();
}
