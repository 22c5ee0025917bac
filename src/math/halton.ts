/** The bits of a coordinate that its digits make up. */
const BITS = 54;

/**
 * The Halton sequence (Halton 1960): in each coordinate the digits of the point's index, in a prime base of that
 * coordinate's own, are mirrored at the point. It fills the unit cube more evenly than random points do; unscrambled,
 * its coordinates of large bases go in step for as many points as the bases are large. With random numbers each digit
 * is permuted at random (Owen 2017, "A randomized Halton algorithm in R"), so that each point is uniform in the cube.
 */
export class Halton {
  readonly #bases: readonly number[];
  /** For each coordinate and each place behind the point the digit that every digit becomes. */
  readonly #permutations: readonly (readonly Uint32Array[])[] | undefined;

  /**
   * @param dimensions the number of coordinates.
   * @param random draws from [0, 1), for the scrambling; undefined for the points as they are.
   */
  constructor(dimensions: number, random?: () => number) {
    this.#bases = firstPrimes(dimensions);
    this.#permutations = random && this.#bases.map((base) => digitPermutations(base, random));
  }

  /** The point of an index, a whole number from 0: coordinates from 0 up to 1. */
  point(index: number): Float64Array {
    return Float64Array.from(this.#bases, (base, at) => mirrored(index, base, this.#permutations?.[at]));
  }
}

/**
 * The digits of `index` mirrored at the point: 6, in base 2 the digits 110, becomes 0.011.
 * @param permutations the digit that each one becomes, by place; more digits than there are places are left out.
 */
export function mirrored(index: number, base: number, permutations?: readonly Uint32Array[]): number {
  let sum = 0;
  let rest = index;
  const places = permutations?.length ?? Infinity;
  for (let place = 0, unit = 1 / base; permutations ? place < places : rest > 0; place++, unit /= base) {
    const digit = rest % base;
    sum += (permutations?.[place]?.[digit] ?? digit) * unit;
    rest = Math.floor(rest / base);
  }
  return sum;
}

/** A random permutation of the digits for each place that matters in {@link BITS} bits. */
function digitPermutations(base: number, random: () => number): Uint32Array[] {
  const places = Math.ceil(BITS / Math.log2(base)) - 1;
  return Array.from({ length: places }, () => {
    const digits = Uint32Array.from({ length: base }, (_, digit) => digit);
    for (let last = base - 1; last > 0; last--) {
      const other = Math.floor(random() * (last + 1));
      const held = digits[last] as number;
      digits[last] = digits[other] as number;
      digits[other] = held;
    }
    return digits;
  });
}

function firstPrimes(count: number): readonly number[] {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate++) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return primes;
}
