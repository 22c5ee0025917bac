import type { JsonValue } from '../base/json.ts';
import type { FrozenTrial } from './frozen-trial.ts';

const PREFIX = 'constraints:';

/** The system attribute, Optuna's, that holds one constraint. */
export function constraintKey(name: string): string {
  return `${PREFIX}${name}`;
}

/** The name of the constraint that a system attribute holds; undefined for any other attribute. */
export function constraintIn(key: string): string | undefined {
  return key.startsWith(PREFIX) ? key.slice(PREFIX.length) : undefined;
}

/**
 * The constraints of a trial, by key; a constraint is met at 0 or below. Both forms of Optuna are read: a list in the
 * system attribute `constraints`, whose keys are the places in it, and one number in each attribute
 * `constraints:<key>`, which replaces the list's under the same key. Values that are not numbers, which Optuna never
 * writes, are left out. Empty for a trial without constraints.
 */
export function constraintsOf(trial: Pick<FrozenTrial, 'systemAttrs'>): ReadonlyMap<string, number> {
  const constraints = new Map<string, number>();
  const add = (key: string, value: JsonValue | undefined) => {
    if (typeof value === 'number') constraints.set(key, value);
  };
  const list = trial.systemAttrs.constraints;
  if (Array.isArray(list)) for (const [at, value] of list.entries()) add(String(at), value);
  for (const [key, value] of Object.entries(trial.systemAttrs)) {
    if (key.startsWith(PREFIX)) add(key.slice(PREFIX.length), value);
  }
  return constraints;
}

/** The sum of the constraints that are above 0; 0 for a trial without constraints. */
export function totalViolation(trial: FrozenTrial): number {
  let total = 0;
  for (const value of constraintsOf(trial).values()) if (value > 0) total += value;
  return total;
}

/** Whether every constraint is 0 or below; true for a trial without constraints, false where one is NaN. */
export function isFeasible(trial: Pick<FrozenTrial, 'systemAttrs'>): boolean {
  for (const value of constraintsOf(trial).values()) if (!(value <= 0)) return false;
  return true;
}
