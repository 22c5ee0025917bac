import type { Losses } from '../../math/domination.ts';
import { totalViolation } from '../../trial/constraints.ts';
import { type Direction, lossesOf } from '../../trial/direction.ts';
import { type FrozenTrial, lastStep } from '../../trial/frozen-trial.ts';

/** The lists that the split takes trials from: the best list first, the running trials last. */
export type RankKind = 'complete' | 'pruned' | 'infeasible' | 'running';

/** The rank of a trial among those of its kind. */
export interface RankKey {
  readonly kind: RankKind;
  /** The losses of a complete trial; numbers that are compared in order for the other kinds. The smaller the better. */
  readonly scores: Losses;
}

/**
 * A trial's place in the split; undefined if it does not count (WAITING, FAIL). Complete trials are ordered by their
 * values. Pruned ones are ordered by how far they came and then by the value there (NaN the worst; without reports
 * behind all others). Infeasible ones, whatever their state, are ordered by how much they violate their constraints.
 *
 * With several directions pruned trials are ordered by how far they came alone, since a report belongs to none of the
 * directions. (Optuna takes no reports there.)
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
