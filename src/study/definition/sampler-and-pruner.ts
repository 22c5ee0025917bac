import { type JsonValue, stringifyPythonJson } from '../../base/json.ts';
import { wrongValue } from '../../base/option-checks.ts';
import type { StudyShape } from '../../history/history.ts';
import { median } from '../../pruner/median.ts';
import { nop } from '../../pruner/nop.ts';
import type { Pruner } from '../../pruner/pruner.ts';
import { auto } from '../../sampler/auto.ts';
import type { Sampler } from '../../sampler/sampler.ts';
import { WithoutRepeats } from '../../sampler/without-repeats.ts';
import { checkDuplicates, type Duplicates } from '../duplicates.ts';

/** The sampler and the pruner of one study. */
export interface SamplerAndPruner {
  readonly sampler: Sampler;
  readonly pruner: Pruner;
}

/**
 * The sampler and the pruner of a study: those given, or `auto()` and `median()` (with several directions `nop()`),
 * after both have accepted the study; with `duplicates: 'resample'` the sampler without repetitions.
 *
 * @param fail throws; called with the problem where a given one is not a sampler or not a pruner.
 * @throws the errors of the sampler's and the pruner's `checkStudy`.
 */
export function samplerAndPruner(
  given: {
    readonly sampler?: Sampler | undefined;
    readonly pruner?: Pruner | undefined;
    readonly duplicates?: Duplicates | undefined;
    readonly transferFrom?: readonly unknown[] | undefined;
  },
  study: StudyShape,
  fail: (problem: string) => never,
): SamplerAndPruner {
  const { sampler = auto(), pruner = study.directions.length === 1 ? median() : nop() } = given;
  if (!hasMethods(sampler, ['start', 'sample'])) {
    fail(wrongValue('`sampler`', sampler, 'a sampler, such as auto()'));
  }
  if (!hasMethods(pruner, ['judge'])) fail(wrongValue('`pruner`', pruner, 'a pruner, such as median()'));
  for (const [what, { name }] of Object.entries({ sampler, pruner })) {
    if (typeof name !== 'string') fail(wrongValue(`the \`name\` of the ${what}`, name, 'a string'));
  }
  checkOptions(sampler.options, fail);
  if ((study.earlier !== undefined || given.transferFrom !== undefined) && !sampler.learnsFromEarlier) {
    fail(
      `\`transferFrom\` is for a sampler that learns from other studies, such as auto() or gp(); ${sampler.name}() does not.`,
    );
  }
  if (given.transferFrom !== undefined && study.directions.length > 1) {
    fail('`transferFrom` is for studies of one direction.');
  }
  sampler.checkStudy?.(study);
  pruner.checkStudy?.(study);
  checkDuplicates(given.duplicates, study, fail);
  return { sampler: given.duplicates === 'resample' ? new WithoutRepeats(sampler) : sampler, pruner };
}

/** Refuses options of a sampler that cannot be kept with the study. */
function checkOptions(options: unknown, fail: (problem: string) => never): void {
  if (options === undefined) return;
  try {
    stringifyPythonJson(options as JsonValue);
  } catch (error) {
    fail(`the \`options\` of the sampler are kept with the study as JSON, and ${(error as Error).message}.`);
  }
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return names.every((name) => typeof (value as Readonly<Record<string, unknown>>)[name] === 'function');
}
