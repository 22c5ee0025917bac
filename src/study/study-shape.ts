import type { StudyShape } from '../history/history.ts';
import type { SearchSpace } from '../space/search-space.ts';
import type { StudyRecord } from '../storage/storage.ts';
import { earlierTrials } from './earlier-trials.ts';

/** A study as its sampler and its pruner know it. @param space none for a study that is only looked at. */
export function studyShape(
  { name, directions, systemAttrs = {} }: Pick<StudyRecord, 'name' | 'directions'> & Partial<StudyRecord>,
  space?: SearchSpace,
): StudyShape {
  const earlier = earlierTrials({ systemAttrs });
  return Object.freeze({
    name,
    directions,
    space: new Map(Object.entries(space?.distributions ?? {})),
    ...(earlier && { earlier }),
  });
}
