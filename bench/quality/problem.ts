import type { Suggest } from '../../test/support/search.ts';

/** The difficulty that a problem is of. */
export type ProblemGroup = 'numeric' | 'mixed' | 'discrete' | 'noisy' | 'parallel' | 'constrained' | 'several';

interface Problem {
  readonly name: string;
  readonly group: ProblemGroup;
  /** Whether no setting of a sampler was chosen on it. */
  readonly isHeldOut?: boolean;
  /** The deviation of the noise that samplers see on each value; none by default. */
  readonly noise?: number;
  /** The number of trials that run at once; 1 by default. */
  readonly concurrency?: number;
}

/** A function to minimise whose least value is known. */
export interface QualityProblem extends Problem {
  /** The true value of a trial. */
  evaluate(suggest: Suggest): number;
  readonly optimum: number;
}

/** Several functions to minimise together whose trade-offs are known. */
export interface TradeOffProblem extends Problem {
  readonly group: 'several';
  evaluate(suggest: Suggest): readonly number[];
  /** Values that no good trial exceeds. */
  readonly reference: readonly number[];
  /** The volume that the best trade-offs dominate, cut off at the reference. */
  readonly bestVolume: number;
}

/** A function to minimise where constraints are met, each at 0 or below, whose least value there is known. */
export interface ConstrainedProblem extends Problem {
  readonly group: 'constrained';
  evaluate(suggest: Suggest): { readonly value: number; readonly constraints: readonly number[] };
  readonly optimum: number;
}

export type AnyProblem = QualityProblem | TradeOffProblem | ConstrainedProblem;
