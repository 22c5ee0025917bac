import { HpoError } from '../base/errors.ts';
import { shown, wrongValue } from '../base/option-checks.ts';
import { CategoricalDistribution } from './categorical-distribution.ts';
import type { Distribution, ValueOf } from './distribution.ts';

/** The declaration of a search space: for each parameter's name a distribution, or a choice among branches. */
export type SpaceDefinition = Readonly<Record<string, Distribution | Variant>>;

/** The branches of a {@link variant}, each a search space of its own, perhaps an empty one. */
export type Branches = Readonly<Record<string, SpaceDefinition>>;

/** The parameters that a definition gives. */
export type ParamsOf<D> = { readonly [K in keyof D]: EntryValue<D[K]> };

/** The value of one entry of a definition. */
type EntryValue<E> = E extends Variant<infer B> ? VariantValue<B> : ValueOf<E>;

/** A discriminated union: the kind that was chosen, with the parameters of its branch. */
export type VariantValue<B> = {
  [K in keyof B & string]: { readonly [P in 'kind' | keyof B[K]]: P extends keyof B[K] ? EntryValue<B[K][P]> : K };
}[keyof B & string];

/** Some of the parameters that a definition gives; a variant has its kind, and some of the parameters of its branch. */
export type PartialParamsOf<D> = { readonly [K in keyof D]?: PartialEntry<D[K]> };

type PartialEntry<E> =
  E extends Variant<infer B>
    ? { [K in keyof B & string]: { readonly kind: K } & PartialParamsOf<B[K]> }[keyof B & string]
    : ValueOf<E>;

const brand = Symbol.for('hpo.variant');

/** A choice among branches, each with parameters of its own. Made by {@link variant}. */
export class Variant<out B extends Branches = Branches> {
  readonly [brand] = true;
  /** The branches by their kinds. */
  readonly branches: B;
  /** The choice itself, as it is stored: categorical over the names of the branches. */
  readonly kind: Distribution<string>;

  constructor(branches: B) {
    const kinds = Object.keys(branches ?? {});
    if (kinds.length === 0) {
      throw new HpoError(
        'HPO_INVALID_SPACE',
        'variant({}): give at least one branch, such as { adam: { … }, sgd: {} }.',
      );
    }
    for (const kind of kinds) checkParamName(kind);
    for (const [kind, branch] of Object.entries(branches)) {
      if (typeof branch === 'object' && branch !== null) {
        checkDefinition(branch);
        if (Object.hasOwn(branch, 'kind')) {
          const problem = `the branch \`${kind}\` has a parameter \`kind\`, the name of the choice itself; give it another`;
          throw new HpoError('HPO_INVALID_SPACE', `variant(): ${problem}.`, { data: { kind } });
        }
      } else {
        const problem = wrongValue(`the branch \`${kind}\``, branch, 'an object of its parameters, {} for none');
        throw new HpoError('HPO_INVALID_SPACE', `variant(): ${problem}`, { data: { kind } });
      }
    }
    this.branches = Object.freeze(
      Object.fromEntries(Object.entries(branches).map(([kind, branch]) => [kind, Object.freeze({ ...branch })])),
    ) as B;
    this.kind = new CategoricalDistribution(kinds);
    Object.freeze(this);
  }
}

/** Whether an entry is a variant, from any copy of hpo. */
export function isVariant(entry: unknown): entry is Variant {
  return typeof entry === 'object' && entry !== null && (entry as { [brand]?: unknown })[brand] === true;
}

/**
 * Parameters that depend on a choice. Its value is a discriminated union on `kind`. In the database it is flat, as
 * Optuna knows it: the choice under the parameter's own name, the parameters of the chosen branch under
 * `<name>.<kind>.<parameter>`; those of other branches are not there.
 *
 * @param branches for each kind its parameters: distributions or further variants; `{}` for none.
 * @throws HpoError HPO_INVALID_SPACE for no branches, a name that cannot name a parameter, or a parameter `kind` in
 *   one.
 * @example
 * const optimizer = variant({ adam: { beta1: float(0.8, 0.99) }, sgd: { momentum: float(0, 1) }, lion: {} });
 * const s = space({ optimizer });
 * // Params: { optimizer: { kind: 'adam', beta1: number } | { kind: 'sgd', momentum: number } | { kind: 'lion' } }
 */
export function variant<const B extends Branches>(branches: B): Variant<B> {
  return new Variant(branches);
}

/**
 * Checks a definition.
 * @throws HpoError HPO_INVALID_SPACE naming the entry that is neither a distribution nor a variant, or its name.
 */
export function checkDefinition(definition: SpaceDefinition): void {
  for (const [name, entry] of Object.entries(definition)) {
    checkParamName(name);
    if (isVariant(entry) || typeof entry?.toInternal === 'function') continue;
    throw new HpoError(
      'HPO_INVALID_SPACE',
      `The parameter \`${name}\` is ${shown(entry)}; declare it with float(), int(), categorical() or variant().`,
      { data: { name } },
    );
  }
}

function checkParamName(name: string): void {
  if (name !== '' && name.length <= 512) return;
  const shown = JSON.stringify(name.slice(0, 40));
  const problem = `${shown} cannot name a parameter: names have 1 to 512 characters, and it has ${name.length}.`;
  throw new HpoError('HPO_INVALID_SPACE', problem, { data: { name } });
}
