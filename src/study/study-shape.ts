import type { StudyShape } from '../history/history.ts';
import type { SearchSpace } from '../space/search-space.ts';

/** A study as its sampler and its pruner know it. @param space none for a study that is only looked at. */
export function studyShape({ name, directions }: Omit<StudyShape, 'space'>, space?: SearchSpace): StudyShape {
  return Object.freeze({ name, directions, space: new Map(Object.entries(space?.distributions ?? {})) });
}
