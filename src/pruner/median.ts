import { type PercentileOptions, PercentileRule } from './percentile-rule.ts';
import type { Pruner } from './pruner.ts';

/**
 * The median stopping rule (Golovin et al. 2017, Vizier), as in Optuna: prunes a trial when the best value it has
 * reported is strictly worse than the median of the values that COMPLETE trials reported at the same step.
 *
 * A trial that has reported only NaN is pruned; a step that no complete trial has reported never prunes. Studies of one
 * direction only.
 *
 * @throws HpoError HPO_INVALID_STUDY for an option that is out of its range. A study with several directions is refused
 *   with the same code when it is declared or opened.
 * @example defineStudy({ pruner: median({ warmupSteps: 2 }), … })
 */
export function median(options: PercentileOptions = {}): Pruner {
  return new PercentileRule('median', 50, options);
}
