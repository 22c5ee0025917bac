import { logMass } from '../../math/truncated-normal.ts';
import type { NumericDistribution } from '../../space/numeric-distribution.ts';

/** The numbers remembered for one parameter before all are forgotten: 2 MB. */
const CAPACITY = 2 ** 18;

const known = new WeakMap<NumericDistribution, DiscreteMasses>();

/**
 * The ln mass that each value of a stepped parameter has in truncated normals. The observations of such a parameter
 * repeat from one suggestion to the next, and so do the normals and the values asked for; so each mass is computed
 * once.
 */
export class DiscreteMasses {
  readonly #distribution: NumericDistribution;
  readonly #halfStep: number;
  readonly #kindOf = new Map<number, Map<number, number>>();
  readonly #means: number[] = [];
  readonly #sigmas: number[] = [];
  readonly #logInside: number[] = [];
  readonly #byValue = new Map<number, Float64Array>();
  #size = 0;

  private constructor(distribution: NumericDistribution, step: number) {
    this.#distribution = distribution;
    this.#halfStep = step / 2;
  }

  /** The masses of a parameter, to be used before the next call. */
  static of(distribution: NumericDistribution, step: number): DiscreteMasses {
    let masses = known.get(distribution);
    if (masses === undefined || masses.#size > CAPACITY) {
      masses = new DiscreteMasses(distribution, step);
      known.set(distribution, masses);
    }
    return masses;
  }

  /** The number of the normal with this mean and sigma, 0, 1, 2, …, in the order in which they were first asked for. */
  kindOf(mean: number, sigma: number): number {
    let bySigma = this.#kindOf.get(mean);
    if (bySigma === undefined) {
      bySigma = new Map();
      this.#kindOf.set(mean, bySigma);
    }
    let kind = bySigma.get(sigma);
    if (kind === undefined) {
      kind = this.#means.length;
      bySigma.set(sigma, kind);
      const { rangeLow, rangeHigh } = this.#distribution;
      this.#means.push(mean);
      this.#sigmas.push(sigma);
      this.#logInside.push(this.#logMass(kind, rangeLow, rangeHigh));
    }
    return kind;
  }

  /** ln of the mass that a normal has inside the range before it is cut off there. */
  logInside(kind: number): number {
    return this.#logInside[kind] as number;
  }

  /** The ln mass of a value in the truncated normal of each kind; NaN where it has not been computed yet. */
  at(value: number): Float64Array {
    const found = this.#byValue.get(value);
    const kinds = this.#means.length;
    if (found !== undefined && found.length >= kinds) return found;
    const longer = new Float64Array(Math.ceil(1.25 * kinds)).fill(Number.NaN);
    if (found) longer.set(found);
    this.#byValue.set(value, longer);
    this.#size += longer.length - (found?.length ?? 0);
    return longer;
  }

  /** The ln mass of a value in a truncated normal, computed anew. */
  compute(kind: number, value: number): number {
    const left = this.#distribution.toRange(value - this.#halfStep);
    const right = this.#distribution.toRange(value + this.#halfStep);
    return this.#logMass(kind, left, right) - this.logInside(kind);
  }

  #logMass(kind: number, left: number, right: number): number {
    const mean = this.#means[kind] as number;
    const sigma = this.#sigmas[kind] as number;
    return logMass((left - mean) / sigma, (right - mean) / sigma);
  }
}
