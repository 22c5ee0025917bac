import { isCategorical } from './categorical-distribution.ts';
import type { Distribution, ParamValue } from './distribution.ts';
import type { DistributionMap } from './distribution-map.ts';
import { finiteValues } from './finite-values.ts';
import { namedBranches } from './named-branches.ts';

/** Parameters by the names that they are stored under. */
export type PointValues = ReadonlyMap<string, ParamValue>;

/**
 * A declared space by its stored names, whose variants follow from these: `optimizer.adam.beta1` is there if
 * `optimizer` is `adam`. (A plain parameter of such a name, beside a plain choice, counts as one of a variant.)
 */
export class FlatSpace {
  readonly distributions: DistributionMap;
  readonly #roots: readonly string[];
  /** By the name of a choice and one of its values the parameters that are there with it. */
  readonly #inside = new Map<string, string[]>();
  #count: number | undefined;

  constructor(distributions: DistributionMap) {
    this.distributions = distributions;
    const roots: string[] = [];
    for (const name of distributions.keys()) {
      const branch = namedBranches(name, distributions).next().value?.prefix;
      if (branch === undefined) roots.push(name);
      else this.#inside.set(branch, [...(this.#inside.get(branch) ?? []), name]);
    }
    this.#roots = roots;
  }

  /** The number of points, by the parameters that each has; Infinity where one of them is continuous. */
  get count(): number {
    this.#count ??= this.#countOf(this.#roots);
    return this.#count;
  }

  /**
   * Asks for each parameter that a point has, a choice before what depends on it.
   * @returns undefined as soon as the answer is.
   */
  point(
    answer: (name: string, distribution: Distribution) => ParamValue | undefined,
  ): Map<string, ParamValue> | undefined {
    const values = new Map<string, ParamValue>();
    const left = [...this.#roots];
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      const value = answer(name, this.distributions.get(name) as Distribution);
      if (value === undefined) return undefined;
      values.set(name, value);
      left.unshift(...this.#with(name, value));
    }
    return values;
  }

  /** All points, in the order of the parameters' values. Only for a finite {@link count}. */
  *points(): Generator<Map<string, ParamValue>> {
    yield* this.#pointsOf([...this.#roots], new Map());
  }

  *#pointsOf(left: readonly string[], chosen: Map<string, ParamValue>): Generator<Map<string, ParamValue>> {
    const [name, ...rest] = left;
    if (name === undefined) yield new Map(chosen);
    else {
      const values = finiteValues(this.distributions.get(name) as Distribution);
      for (let index = 0; values !== undefined && index < values.count; index++) {
        const value = values.at(index);
        chosen.set(name, value);
        yield* this.#pointsOf([...this.#with(name, value), ...rest], chosen);
      }
      chosen.delete(name);
    }
  }

  #countOf(names: readonly string[]): number {
    return names.reduce((product, name) => {
      const distribution = this.distributions.get(name) as Distribution;
      if (!isCategorical(distribution)) return product * (finiteValues(distribution)?.count ?? Infinity);
      return (
        product * distribution.choices.reduce<number>((sum, choice) => sum + this.#countOf(this.#with(name, choice)), 0)
      );
    }, 1);
  }

  #with(name: string, value: ParamValue): readonly string[] {
    return typeof value === 'string' ? (this.#inside.get(`${name}.${value}.`) ?? []) : [];
  }
}
