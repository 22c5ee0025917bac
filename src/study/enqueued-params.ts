import { HpoError } from '../base/errors.ts';
import { shown } from '../base/option-checks.ts';
import { ownValue } from '../base/own-value.ts';
import { flattenParams, type NestedParams } from '../space/nested-params.ts';
import type { FlatParams, SearchSpace } from '../space/search-space.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { FIXED_PARAMS_KEY } from './study-keys.ts';

/**
 * Parameters to enqueue, as they are stored.
 * @throws HpoError HPO_INVALID_ARGUMENT naming a parameter that the space does not have, or a value it cannot take.
 */
export function enqueuedParams(space: SearchSpace, params: NestedParams): FlatParams {
  const flat = flattenParams(params);
  for (const [name, value] of Object.entries(flat)) {
    const distribution = ownValue(space.distributions, name);
    const fail = (problem: string): never => {
      throw new HpoError('HPO_INVALID_ARGUMENT', `enqueue(): \`${name}\` ${problem}.`, { data: { name, value } });
    };
    if (distribution === undefined) {
      return fail(`is no parameter of the space; it has ${Object.keys(space.distributions).join(', ')}`);
    }
    if (!distribution.contains(value)) fail(`is ${shown(value)}, which is no value of ${distribution}`);
  }
  return flat;
}

/** The parameters that a trial was enqueued with, by us or by Optuna's `enqueue_trial`; none where it was not. */
export function fixedParams(trial: FrozenTrial): FlatParams {
  const fixed = trial.systemAttrs[FIXED_PARAMS_KEY];
  return typeof fixed === 'object' && fixed !== null && !Array.isArray(fixed) ? (fixed as FlatParams) : {};
}

/** Whether a trial has just these parameters, or is to have them: Optuna's rule for `skip_if_exists`. */
export function hasParams(trial: FrozenTrial, params: FlatParams): boolean {
  const own = FIXED_PARAMS_KEY in trial.systemAttrs ? fixedParams(trial) : trial.params;
  const names = Object.keys(params);
  return names.length === Object.keys(own).length && names.every((name) => isClose(ownValue(own, name), params[name]));
}

/** Equal; numbers within a relative 1e-5, as by NumPy's `isclose` without its absolute part. */
function isClose(a: unknown, b: unknown): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  return a === b || Math.abs(a - b) <= 1e-5 * Math.abs(b);
}
