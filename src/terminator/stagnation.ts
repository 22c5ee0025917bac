import { checkFields, type Fields, refusal, wholeNumberFrom } from '../base/option-checks.ts';
import { type Improvement, indexOfLeast, lossOf } from './improvement.ts';
import { staticError } from './static-error.ts';

/** The patience of {@link stagnation}. */
export interface StagnationOptions {
  /** The number of COMPLETE trials after the best one that are still waited for; default 30. */
  readonly trials?: number;
}

const FIELDS: Fields<StagnationOptions> = { trials: wholeNumberFrom(0) };

/**
 * The number of COMPLETE trials that are left to bring a better value, as Optuna's `BestValueStagnationEvaluator`: with
 * its own error, 0, a study ends when more than `trials` of them have followed the best one. `trialsWithoutGain` is the
 * same with a least gain, and counts pruned trials.
 *
 * @throws HpoError HPO_INVALID_STUDY for an option that is out of its range.
 */
export function stagnation(options: StagnationOptions = {}): Improvement {
  checkFields(options, FIELDS, refusal('HPO_INVALID_STUDY', 'stagnation()'));
  const { trials: most = 30 } = options;
  return Object.freeze<Improvement>({
    name: 'stagnation',
    error: staticError(0),
    evaluate: (trials, direction) => {
      const best = indexOfLeast(trials.map((trial) => lossOf(trial, direction)));
      return most - (trials.length - 1 - best);
    },
  });
}
