import type { Losses } from '../../math/domination.ts';
import { totalViolation } from '../../trial/constraints.ts';
import { type Direction, lossesOf } from '../../trial/direction.ts';
import { type FrozenTrial, lastStep } from '../../trial/frozen-trial.ts';

/** The lists that the split takes trials from, the best list first, then the running ones. */
export type RankKind = 'complete' | 'pruned' | 'infeasible' | 'running';

/** How good a trial is among those of its kind. */
export interface RankKey {
  readonly kind: RankKind;
  /** The losses of a complete trial; of others numbers that are compared in order. The smaller the better. */
  readonly scores: Losses;
}

/**
 * A trial's place in the split, or undefined if it does not count (WAITING, FAIL): complete ones by their values,
 * pruned ones by how far they came and then by the value there (NaN the worst; without reports behind all others),
 * infeasible ones, whatever their state, by how much they violate their constraints.
 *
 * With several directions a report belongs to none of them, so pruned trials stand by how far they came alone.
 * (Optuna takes no reports there.)
 */
export function rankKeyOf(trial: FrozenTrial, directions: readonly Direction[]): RankKey | undefined {
  if (trial.state === 'RUNNING') return { kind: 'running', scores: [] };
  if (trial.state !== 'COMPLETE' && trial.state !== 'PRUNED') return undefined;
  const violation = totalViolation(trial);
  if (violation > 0) return { kind: 'infeasible', scores: [violation] };
  if (trial.state === 'COMPLETE') return { kind: 'complete', scores: lossesOf(trial.values ?? [], directions) };
  const step = lastStep(trial);
  if (step === undefined) return { kind: 'pruned', scores: [1, 0] };
  const value = trial.intermediateValues.get(step) ?? Number.NaN;
  const [loss = 0] = directions.length > 1 ? [0] : lossesOf([value], directions);
  return { kind: 'pruned', scores: [-step, Number.isNaN(loss) ? Infinity : loss] };
}
