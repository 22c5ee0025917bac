import { HpoError } from '../errors.ts';
import type { Distribution, ParamValue, ValueOf } from './distribution.ts';

/** What a search space is declared with: a distribution for each parameter's name. */
export type SpaceDefinition = Readonly<Record<string, Distribution>>;

/** The type of the parameters that a search space gives: `Params<typeof cifarCnn>`. */
export type Params<S> = S extends SearchSpace<infer D> ? { readonly [K in keyof D]: ValueOf<D[K]> } : never;

/** Answers the value of one parameter. */
export type Suggest = (name: string, distribution: Distribution) => ParamValue;

/** A declared search space, immutable. Made by {@link space}. */
export class SearchSpace<D extends SpaceDefinition = SpaceDefinition> {
  readonly distributions: Readonly<D>;

  constructor(definition: D) {
    for (const [name, distribution] of Object.entries(definition)) {
      if (name === '' || name === 'kind' || name.includes('.') || name.length > 512) {
        throw new HpoError(
          'HPO_INVALID_SPACE',
          `${JSON.stringify(name)} cannot name a parameter: names have 1 to 512 characters, no \`.\`, and are not \`kind\`.`,
          { data: { name } },
        );
      }
      if (typeof distribution?.toInternal !== 'function') {
        throw new HpoError(
          'HPO_INVALID_SPACE',
          `The parameter \`${name}\` is ${JSON.stringify(distribution) ?? typeof distribution}; declare it with float(), int() or categorical().`,
          { data: { name } },
        );
      }
    }
    this.distributions = Object.freeze({ ...definition });
    Object.freeze(this);
  }

  /** Asks for each parameter in the order of declaration and gives the object that objectives receive. */
  assemble(suggest: Suggest): Params<SearchSpace<D>> {
    const params = Object.entries(this.distributions).map(([name, distribution]) => [
      name,
      suggest(name, distribution),
    ]);
    return Object.freeze(Object.fromEntries(params)) as Params<SearchSpace<D>>;
  }
}

/**
 * Declares a search space: a distribution for each parameter.
 *
 * @throws HpoError HPO_INVALID_SPACE for a name that is empty, longer than 512 characters, contains `.` or is `kind`
 *   (both are kept for conditional parameters), or a value that is no distribution.
 * @example
 * const cnn = space({ learningRate: float(1e-4, 1e-1, { log: true }), batchSize: categorical([32, 64]) });
 * type CnnParams = Params<typeof cnn>; // { readonly learningRate: number; readonly batchSize: 32 | 64 }
 */
export function space<const D extends SpaceDefinition>(definition: D): SearchSpace<D> {
  return new SearchSpace(definition);
}
