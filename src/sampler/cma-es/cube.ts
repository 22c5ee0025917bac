import { ownValue } from '../../base/own-value.ts';
import { shortHash } from '../../base/short-hash.ts';
import { isCategorical } from '../../space/categorical-distribution.ts';
import type { Distribution, ParamValue } from '../../space/distribution.ts';
import { distributionToJson } from '../../space/distribution-json.ts';
import type { DistributionMap } from '../../space/distribution-map.ts';
import { isNumeric, type NumericDistribution } from '../../space/numeric-distribution.ts';
import type { FlatParams } from '../../space/search-space.ts';
import { UnitInterval } from '../../space/unit-interval.ts';
import type { Steps } from './margin.ts';
import type { Candidate } from './optimizer.ts';

/** A search space as CMA-ES sees it: numbers in the unit cube, and choices by their index. */
export class Cube {
  /** The numbers by coordinate. */
  readonly numbers: readonly { readonly name: string; readonly distribution: NumericDistribution }[];
  /** The number of choices of each categorical parameter. */
  readonly choiceCounts: readonly number[];
  /** The coordinates with equally spaced values. */
  readonly steps: readonly Steps[];
  /** Tells the space from others that trials of the study were drawn from. */
  readonly key: string;
  readonly #intervals: readonly UnitInterval[];
  readonly #choices: readonly { readonly name: string; readonly distribution: Distribution }[];

  /** @param hasChoices whether categorical parameters are among it; otherwise they are left out. */
  constructor(space: DistributionMap, hasChoices: boolean) {
    const entries = [...space].map(([name, distribution]) => ({ name, distribution }));
    const isNumber = (entry: { distribution: Distribution }): entry is (typeof this.numbers)[number] =>
      isNumeric(entry.distribution);
    this.numbers = entries.filter(isNumber);
    this.#choices = hasChoices ? entries.filter((entry) => !isNumber(entry)) : [];
    this.#intervals = this.numbers.map(({ distribution }) => new UnitInterval(distribution));
    this.choiceCounts = this.#choices.map(({ distribution }) => {
      return isCategorical(distribution) ? distribution.choices.length : 1;
    });
    this.steps = this.numbers.flatMap(({ distribution }, at) => {
      const { count = Infinity } = this.#intervals[at] ?? {};
      // Steps in logarithms are not equally far apart.
      return count === Infinity || distribution.log ? [] : [{ at, low: 0.5 / count, step: 1 / count, count }];
    });
    const content = [...this.numbers, ...this.#choices].map(({ name, distribution }) => {
      return [name, distributionToJson(distribution)];
    });
    this.key = shortHash(JSON.stringify(content), 16);
  }

  get isEmpty(): boolean {
    return this.numbers.length + this.#choices.length === 0;
  }

  /** The parameters of a candidate. */
  paramsOf({ numbers, choices }: Pick<Candidate, 'numbers' | 'choices'>): ReadonlyMap<string, ParamValue> {
    const params = new Map<string, ParamValue>();
    for (const [at, { name }] of this.numbers.entries()) {
      params.set(name, (this.#intervals[at] as UnitInterval).valueAt(numbers[at] as number));
    }
    for (const [at, { name, distribution }] of this.#choices.entries()) {
      params.set(name, distribution.fromInternal(choices[at] as number));
    }
    return params;
  }

  /** The place of a number in its range; undefined where parameters lack it, or have another kind of value. */
  placeOf(at: number, params: FlatParams): number | undefined {
    const value = ownValue(params, this.numbers[at]?.name ?? '');
    const place = typeof value === 'number' ? this.#intervals[at]?.placeOf(value) : undefined;
    return place !== undefined && Number.isFinite(place) ? place : undefined;
  }

  /** The places of all numbers; undefined where one is missing. */
  placesOf(params: FlatParams): Float64Array | undefined {
    const places = this.numbers.map((_, at) => this.placeOf(at, params));
    return places.includes(undefined) ? undefined : Float64Array.from(places as number[]);
  }

  /** The indices of all choices; undefined where one is missing. */
  indicesOf(params: FlatParams): readonly number[] | undefined {
    const indices = this.#choices.map(({ name, distribution }) => {
      return isCategorical(distribution) ? distribution.indexOf(ownValue(params, name)) : 0;
    });
    return indices.includes(-1) ? undefined : indices;
  }
}
