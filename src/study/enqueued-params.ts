import { didYouMean } from '../base/nearest-name.ts';
import { shown } from '../base/option-checks.ts';
import { ownValue } from '../base/own-value.ts';
import { isCategorical } from '../space/categorical-distribution.ts';
import type { DistributionMap } from '../space/distribution-map.ts';
import { type FailParam, flattenParams } from '../space/nested-params.ts';
import type { FlatParams, SearchSpace } from '../space/search-space.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { FIXED_PARAMS_KEY } from './study-keys.ts';

/** The parameters that a study is known to have. */
export interface KnownParams {
  readonly distributions: DistributionMap;
  /** The stored names of the parameters that are variants. */
  readonly variants: ReadonlySet<string>;
  /** Whether the objective may ask for further parameters, so that any name may be right. */
  readonly isOpen: boolean;
}

/** The parameters of a declared space. A space without any belongs to a study whose objective asks as it runs. */
export function declaredParams({ distributions, variants, isEmpty }: SearchSpace): KnownParams {
  return { distributions: new Map(Object.entries(distributions)), variants, isOpen: isEmpty };
}

/**
 * Parameters to enqueue, as they are stored.
 * @param params nested or as they are stored; undefined ones count as left out.
 * @param fail throws; called with a parameter's name and the problem: the study does not have it, it cannot take the
 *   value, or it is of another branch than the one enqueued with it.
 */
export function enqueuedParams(params: object, known: KnownParams, fail: FailParam): FlatParams {
  const flat = flattenParams(params, fail);
  const names = [...known.distributions.keys()];
  for (const [name, value] of Object.entries(flat)) {
    const distribution = known.distributions.get(name);
    if (distribution === undefined) {
      if (typeof value === 'number' && !Number.isFinite(value)) fail(name, `is ${value}, which no parameter can be`);
      if (known.isOpen) continue;
      return fail(name, `is no parameter of the space; it has ${names.join(', ')}${didYouMean(name, names)}`);
    }
    if (!distribution.contains(value)) fail(name, `is ${shown(value)}, which is no value of ${distribution}`);
    for (const variant of known.variants) {
      const kind = ownValue(flat, variant);
      if (kind === undefined || !name.startsWith(`${variant}.`) || name.startsWith(`${variant}.${kind}.`)) continue;
      if (isOfBranch(name, variant, known)) fail(name, `is of another branch of \`${variant}\` than ${shown(kind)}`);
    }
  }
  return flat;
}

/**
 * Checks parameters against those of an earlier trial: their ranges may have changed since, but not their kinds and
 * choices.
 */
export function checkKinds(flat: FlatParams, { distributions }: FrozenTrial, fail: FailParam): void {
  for (const [name, value] of Object.entries(flat)) {
    const known = ownValue(distributions, name);
    if (known === undefined || (isCategorical(known) ? known.contains(value) : typeof value === 'number')) continue;
    fail(name, `is ${shown(value)}, and was ${known} so far`);
  }
}

function isOfBranch(name: string, variant: string, { distributions }: KnownParams): boolean {
  const kinds = distributions.get(variant);
  if (kinds === undefined || !isCategorical(kinds)) return false;
  return kinds.choices.some((kind) => name.startsWith(`${variant}.${kind}.`));
}

/** The parameters that a trial was enqueued with, by us or by Optuna's `enqueue_trial`; none where it was not. */
export function fixedParams(trial: Pick<FrozenTrial, 'systemAttrs'>): FlatParams {
  const fixed = trial.systemAttrs[FIXED_PARAMS_KEY];
  return typeof fixed === 'object' && fixed !== null && !Array.isArray(fixed) ? (fixed as FlatParams) : {};
}

/** Whether a trial has exactly these parameters, or is to have them: Optuna's rule for `skip_if_exists`. */
export function hasParams(trial: Pick<FrozenTrial, 'params' | 'systemAttrs'>, params: FlatParams): boolean {
  const own = FIXED_PARAMS_KEY in trial.systemAttrs ? fixedParams(trial) : trial.params;
  const names = Object.keys(params);
  return names.length === Object.keys(own).length && names.every((name) => isClose(ownValue(own, name), params[name]));
}

/** Whether two values are equal; numbers within a relative 1e-5, as by NumPy's `isclose` without its absolute part. */
function isClose(a: unknown, b: unknown): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  return a === b || Math.abs(a - b) <= 1e-5 * Math.abs(b);
}
