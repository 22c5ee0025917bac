import type { SpaceDefinition } from '../../space/variant.ts';
import { checkStudy } from './check-study.ts';
import { definitionBrand, type Settings, type StudyDefinition, type StudyOptions } from './definition.ts';

// biome-ignore lint/complexity/noBannedTypes: no settings means an object without any
type NoSettings = {};

/**
 * Declares a study: the default export of a study file, to be run by `hpo run <file>`. The types of `params` and
 * `settings` in its functions follow from `space` and from the defaults of the settings.
 *
 * @throws HpoError HPO_INVALID_STUDY naming the field that is wrong.
 * @example
 * export default defineStudy({
 *   name: 'parabola',
 *   space: space({ x: float(-5, 5) }),
 *   objective: ({ params }) => params.x ** 2,
 * });
 */
export function defineStudy<
  D extends SpaceDefinition,
  const T extends Settings = NoSettings,
  const R extends Settings = NoSettings,
>(options: StudyOptions<D, T, R>): StudyDefinition<D, T, R> {
  const checked = checkStudy(options);
  return Object.freeze({ ...options, directions: checked, [definitionBrand]: true as const });
}

/** Whether a value was made by {@link defineStudy}, in any copy of hpo. */
export function isStudyDefinition(value: unknown): value is StudyDefinition {
  return (
    typeof value === 'object' && value !== null && (value as { [definitionBrand]?: unknown })[definitionBrand] === true
  );
}
