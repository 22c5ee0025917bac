import { type PercentileOptions, PercentileRule } from './percentile-rule.ts';
import type { Pruner } from './pruner.ts';

/**
 * Keeps the best `percent` of the trials, as Optuna's percentile pruner: prunes a trial when the best value it has
 * reported is strictly worse than that percentile, counted from the best, of the values that COMPLETE trials reported
 * at the same step (interpolated linearly). `percentile(50)` is {@link median}; 0 prunes a trial that is not at least
 * as good as the best so far, 100 one that is worse than the worst.
 *
 * A trial that has reported only NaN is pruned; a step that no complete trial has reported, or only NaN, never prunes.
 * Studies of one direction only.
 *
 * @param percent from 0 to 100, both included.
 * @throws HpoError HPO_INVALID_STUDY for a percentage or an option that is out of its range. A study with several
 *   directions is refused with the same code when it is declared or opened.
 * @example defineStudy({ pruner: percentile(25, { warmupSteps: 2 }), … })
 */
export function percentile(percent: number, options: PercentileOptions = {}): Pruner {
  return new PercentileRule('percentile', percent, options);
}
