import { hyperband } from './hyperband.ts';
import { median } from './median.ts';
import { nop } from './nop.ts';
import type { Pruner } from './pruner.ts';
import { successiveHalving } from './successive-halving.ts';
import { wilcoxon } from './wilcoxon.ts';

/** A pruner that can be chosen by its name. */
export interface NamedPruner {
  /** The trials that it ends, in one line for people. */
  readonly summary: string;
  /** Makes the pruner with its defaults. */
  readonly make: () => Pruner;
}

/** The pruners that need no argument, by their names, the default first. */
export const PRUNERS = {
  median: { summary: 'ends a trial whose best report is worse than the median at its last step', make: () => median() },
  successiveHalving: {
    summary: 'lets the best quarter go on at each rung of steps, each four times as far as the one before',
    make: () => successiveHalving(),
  },
  hyperband: {
    summary: 'successive halving in several brackets of trials, some of which are ended later than others',
    make: () => hyperband(),
  },
  wilcoxon: {
    summary: 'ends a trial that is worse than the best by a signed-rank test on folds or problems, each a step',
    make: () => wilcoxon(),
  },
  nop: { summary: 'ends no trial; the default with several directions', make: nop },
} as const satisfies Readonly<Record<string, NamedPruner>>;

export type PrunerName = keyof typeof PRUNERS;

export const DEFAULT_PRUNER: PrunerName = 'median';

/** Whether a text is the name of a pruner that needs no argument. */
export function isPrunerName(name: string): name is PrunerName {
  return Object.hasOwn(PRUNERS, name);
}
