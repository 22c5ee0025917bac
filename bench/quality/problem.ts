import type { Suggest } from '../../test/support/search.ts';

/** The difficulty that a problem is of. */
export type ProblemGroup = 'numeric' | 'mixed' | 'discrete' | 'noisy';

/** A function to minimise whose least value is known. */
export interface QualityProblem {
  readonly name: string;
  readonly group: ProblemGroup;
  /** The true value of a trial. */
  evaluate(suggest: Suggest): number;
  readonly optimum: number;
  /** The deviation of the noise that samplers see on each value; none by default. */
  readonly noise?: number;
}
