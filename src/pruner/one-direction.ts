import { HpoError } from '../base/errors.ts';
import type { StudyShape } from '../history/history.ts';

/**
 * Refuses a study with several directions, in which no report is better than another.
 * @param pruner its name in messages.
 * @throws HpoError HPO_INVALID_STUDY for several directions.
 */
export function checkOneDirection(pruner: string, { name, directions }: StudyShape): void {
  if (directions.length === 1) return;
  throw new HpoError(
    'HPO_INVALID_STUDY',
    `${pruner}() takes one direction and the study "${name}" has ${directions.length}; use nop().`,
    { data: { directions } },
  );
}
