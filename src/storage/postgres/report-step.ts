import { HpoError } from '../../base/errors.ts';

/** The greatest step of a report: the columns are PostgreSQL's `integer`. */
export const LARGEST_STEP = 2 ** 31 - 1;

/** Checks that a report's step can be stored. @throws HpoError HPO_INVALID_ARGUMENT. */
export function checkStep(step: number): void {
  if (step <= LARGEST_STEP) return;
  throw new HpoError(
    'HPO_INVALID_ARGUMENT',
    `${step} is no step that PostgreSQL stores: give ${LARGEST_STEP} at most.`,
    {
      data: { step },
    },
  );
}
