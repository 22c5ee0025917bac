import { isCategorical } from './categorical-distribution.ts';
import type { Distribution, ParamValue } from './distribution.ts';
import type { FlatParams } from './search-space.ts';

/** Parameters as objectives receive them: a variant is an object with its `kind` and the parameters of its branch. */
export type NestedParams = { readonly [name: string]: ParamValue | NestedParams };

/**
 * The names of the variants among stored parameters, where the space itself is not at hand: a categorical `optimizer`
 * is one if there is an `optimizer.adam.beta1` for one of its choices. (Optuna allows dots in any name.)
 */
export function variantNames(
  stored: Iterable<readonly [name: string, distribution: Distribution]>,
): ReadonlySet<string> {
  const distributions = new Map<string, Set<Distribution>>(); // of thousands of trials, which share a handful
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

/** The inverse of {@link nestParams}: parameters as they are stored. Those that are flat already stay so. */
export function flattenParams(nested: NestedParams, prefix = ''): FlatParams {
  const flat = Object.entries(nested).flatMap(([name, value]): [string, ParamValue][] => {
    const path = prefix + name;
    if (typeof value !== 'object' || value === null) return [[path, value]];
    const { kind, ...branch } = value;
    return [[path, kind as ParamValue], ...Object.entries(flattenParams(branch, `${path}.${kind}.`))];
  });
  return Object.fromEntries(flat);
}
