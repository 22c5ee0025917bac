import { wrongValue } from '../../base/option-checks.ts';
import type { StudyShape } from '../../history/history.ts';
import { median } from '../../pruner/median.ts';
import { nop } from '../../pruner/nop.ts';
import type { Pruner } from '../../pruner/pruner.ts';
import type { Sampler } from '../../sampler/sampler.ts';
import { tpe } from '../../sampler/tpe/sampler.ts';

/** The sampler and the pruner of one study. */
export interface SamplerAndPruner {
  readonly sampler: Sampler;
  readonly pruner: Pruner;
}

/**
 * The sampler and the pruner of a study: those given, or `tpe()` and `median()` (with several directions `nop()`),
 * after both have accepted the study.
 *
 * @param fail throws; called with the problem where a given one is not a sampler or not a pruner.
 * @throws the errors of the sampler's and the pruner's `checkStudy`.
 */
export function samplerAndPruner(
  given: { readonly sampler?: Sampler | undefined; readonly pruner?: Pruner | undefined },
  study: StudyShape,
  fail: (problem: string) => never,
): SamplerAndPruner {
  const { sampler = tpe(), pruner = study.directions.length === 1 ? median() : nop() } = given;
  if (!hasMethods(sampler, ['start', 'sample'])) {
    fail(wrongValue('`sampler`', sampler, 'a sampler, such as tpe()'));
  }
  if (!hasMethods(pruner, ['judge'])) fail(wrongValue('`pruner`', pruner, 'a pruner, such as median()'));
  sampler.checkStudy?.(study);
  pruner.checkStudy?.(study);
  return { sampler, pruner };
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return names.every((name) => typeof (value as Readonly<Record<string, unknown>>)[name] === 'function');
}
