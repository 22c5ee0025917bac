import type { JsonValue } from '../../json.ts';
import { compareValues, type Direction } from '../../trial/direction.ts';
import { type FrozenTrial, lastStep } from '../../trial/frozen-trial.ts';

/** What the split goes by: the lists it takes trials from, best list first, then the running ones. */
export type StandingKind = 'complete' | 'pruned' | 'infeasible' | 'running';

/** How good a trial is among those of its kind. */
export interface Standing {
  readonly kind: StandingKind;
  /** Compared in order, the smaller the better. */
  readonly scores: readonly number[];
}

/**
 * Where a trial stands for the split, or undefined if it does not count (WAITING, FAIL): complete ones by their value,
 * pruned ones by how far they came and then by the value there (NaN the worst; without reports behind all others),
 * infeasible ones, whatever their state, by how much they violate their constraints.
 */
export function standingOf(trial: FrozenTrial, direction: Direction): Standing | undefined {
  if (trial.state === 'RUNNING') return { kind: 'running', scores: [] };
  if (trial.state !== 'COMPLETE' && trial.state !== 'PRUNED') return undefined;
  const violation = totalViolation(trial);
  if (violation > 0) return { kind: 'infeasible', scores: [violation] };
  const sign = direction === 'minimize' ? 1 : -1;
  if (trial.state === 'COMPLETE') return { kind: 'complete', scores: [sign * (trial.values?.[0] ?? Number.NaN)] };
  const step = lastStep(trial);
  if (step === undefined) return { kind: 'pruned', scores: [1, 0] };
  const value = trial.intermediateValues.get(step) ?? Number.NaN;
  return { kind: 'pruned', scores: [-step, Number.isNaN(value) ? Infinity : sign * value] };
}

/** Orders two standings of one kind, the better first. */
export function compareStandings(a: Standing, b: Standing): number {
  for (let i = 0; i < a.scores.length; i++) {
    const order = compareValues('minimize', a.scores[i] as number, b.scores[i] as number);
    if (order !== 0) return order;
  }
  return 0;
}

/**
 * The sum of the constraints that are above 0, in both forms of Optuna: a list under `constraints`, and one number
 * under each `constraints:<key>`, which replaces the list's where `<key>` is a place in the list.
 */
function totalViolation(trial: FrozenTrial): number {
  const constraints = new Map<string, JsonValue | undefined>();
  const list = trial.systemAttrs.constraints;
  if (Array.isArray(list)) for (const [index, value] of list.entries()) constraints.set(String(index), value);
  for (const [key, value] of Object.entries(trial.systemAttrs)) {
    if (key.startsWith('constraints:')) constraints.set(key.slice('constraints:'.length), value);
  }
  let total = 0;
  for (const value of constraints.values()) if (typeof value === 'number' && value > 0) total += value;
  return total;
}
