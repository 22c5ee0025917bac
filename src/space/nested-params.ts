import { HpoError } from '../base/errors.ts';
import { shown } from '../base/option-checks.ts';
import { isCategorical } from './categorical-distribution.ts';
import type { Distribution, ParamValue } from './distribution.ts';
import type { FlatParams } from './search-space.ts';

/** Parameters as objectives receive them: a variant is an object with its `kind` and the parameters of its branch. */
export type NestedParams = { readonly [name: string]: ParamValue | NestedParams };

/**
 * The names of the variants among stored parameters, inferred without the space: a categorical `optimizer` is one if
 * there is an `optimizer.adam.beta1` for one of its choices. (Optuna allows dots in any name.)
 */
export function variantNames(
  stored: Iterable<readonly [name: string, distribution: Distribution]>,
): ReadonlySet<string> {
  const distributions = new Map<string, Set<Distribution>>(); // a handful, shared by thousands of trials
  for (const [name, distribution] of stored) {
    const known = distributions.get(name);
    if (known === undefined) distributions.set(name, new Set([distribution]));
    else known.add(distribution);
  }
  const names = [...distributions.keys()];
  const isVariant = (name: string, distribution: Distribution) =>
    isCategorical(distribution) &&
    distribution.choices.some((choice) => names.some((other) => other.startsWith(`${name}.${choice}.`)));
  return new Set(names.filter((name) => [...(distributions.get(name) ?? [])].some((each) => isVariant(name, each))));
}

/** Stored parameters as objectives receive them. */
export function nestParams(flat: FlatParams, variants: ReadonlySet<string>): NestedParams {
  return nest('', Object.keys(flat), flat, variants);
}

function nest(prefix: string, names: readonly string[], flat: FlatParams, variants: ReadonlySet<string>): NestedParams {
  const nested: [string, ParamValue | NestedParams][] = [];
  const branches: string[] = [];
  for (const name of names) {
    if (branches.some((branch) => name.startsWith(branch))) continue; // it stands in its variant
    const value = flat[name] as ParamValue;
    const key = name.slice(prefix.length);
    if (!variants.has(name)) nested.push([key, value]);
    else {
      const branch = `${name}.${value}.`;
      branches.push(branch);
      const inside = names.filter((other) => other.startsWith(branch));
      nested.push([key, { kind: value, ...nest(branch, inside, flat, variants) }]);
    }
  }
  return Object.fromEntries(nested);
}

/** Throws the problem with a parameter, given as a sentence without its beginning and its end: `is an array`. */
export type FailParam = (name: string, problem: string) => never;

/** The most objects that may stand within each other; variants within variants seldom come to ten. */
const DEEPEST = 100;

/**
 * The inverse of {@link nestParams}: parameters as they are stored. Parameters that are flat already stay so, and a
 * name whose value is undefined counts as left out.
 *
 * @param nested anything at all: it may come from a file.
 * @param fail throws; called with a stored name and its problem: a value that no parameter can have, an object without
 *   a `kind`, or objects too deep within each other. Default: throws HpoError HPO_INVALID_ARGUMENT.
 */
export function flattenParams(nested: object, fail: FailParam = refuseParam): FlatParams {
  const flat: [string, ParamValue][] = [];
  const flatten = (branch: object, prefix: string, depth: number): void => {
    for (const [name, value] of Object.entries(branch)) {
      const path = prefix + name;
      if (value === undefined) continue;
      if (isParamValue(value)) flat.push([path, value]);
      else if (typeof value !== 'object' || Array.isArray(value))
        fail(path, `is ${shown(value)}, which no parameter can be`);
      else if (depth >= DEEPEST) fail(path.slice(0, 40), `lies more than ${DEEPEST} objects deep`);
      else {
        const { kind, ...inside } = value;
        if (typeof kind !== 'string') fail(path, 'is an object without the `kind` that a variant has');
        flat.push([path, kind]);
        flatten(inside, `${path}.${kind}.`, depth + 1);
      }
    }
  };
  flatten(nested, '', 0);
  return Object.fromEntries(flat);
}

function refuseParam(name: string, problem: string): never {
  throw new HpoError('HPO_INVALID_ARGUMENT', `The parameter \`${name}\` ${problem}.`, { data: { name } });
}

function isParamValue(value: unknown): value is ParamValue {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
