import { JOE_KUO } from './joe-kuo.ts';

/** The bits of a coordinate, and so of a point's index. */
const BITS = 32;

/** The number of coordinates that the sequence has; those beyond are independent draws for each point. */
export const SOBOL_DIMENSIONS = JOE_KUO.length + 1;

/**
 * The Sobol sequence (Sobol' 1967; direction numbers of Joe and Kuo 2008), a net of points that fills the unit cube
 * more evenly than random points do. With random numbers it is scrambled as Owen (1995) proposed: nested, so that the
 * points keep their evenness and each is uniform in the cube.
 */
export class Sobol {
  readonly #dimensions: number;
  readonly #directions: readonly Uint32Array[];
  /** Of each coordinate; undefined for points that are not scrambled. */
  readonly #seeds: Uint32Array | undefined;

  /**
   * @param dimensions the number of coordinates. Those from the 65th on are draws that
   *   follow from `random` and the point's index, and 0 without it.
   * @param random draws from [0, 1), for the scrambling; undefined for the points as they are.
   */
  constructor(dimensions: number, random?: () => number) {
    this.#dimensions = dimensions;
    this.#directions = directionNumbers(Math.min(dimensions, SOBOL_DIMENSIONS));
    this.#seeds = random && Uint32Array.from({ length: dimensions }, () => random() * 2 ** BITS);
  }

  /** The point of an index from 0 to 2³² − 1, in Gray-code order as SciPy has them: coordinates from 0 up to 1. */
  point(index: number): Float64Array {
    const point = new Float64Array(this.#dimensions);
    const gray = (index ^ (index >>> 1)) >>> 0;
    for (const [at, directions] of this.#directions.entries()) {
      let bits = 0;
      for (let rest = gray, bit = 0; rest !== 0; rest >>>= 1, bit++) {
        if (rest & 1) bits ^= directions[bit] as number;
      }
      point[at] = this.#seeds ? scrambled(bits, this.#seeds[at] as number) : (bits >>> 0) / 2 ** BITS;
    }
    for (let at = this.#directions.length; at < point.length; at++) {
      point[at] = this.#seeds ? drawn(index, this.#seeds[at] as number) : 0;
    }
    return point;
  }
}

const known: Uint32Array[] = [Uint32Array.from({ length: BITS }, (_, bit) => 2 ** (BITS - 1 - bit))];

/** The direction numbers of the first dimensions, made once. */
function directionNumbers(count: number): readonly Uint32Array[] {
  while (known.length < count) known.push(directionsOf(JOE_KUO[known.length - 1] as readonly number[]));
  return known.slice(0, count);
}

/** Sobol's recurrence: each direction number follows from as many before it as the polynomial's degree. */
function directionsOf([polynomial = 1, ...first]: readonly number[]): Uint32Array {
  const degree = first.length;
  const directions = new Uint32Array(BITS);
  for (let bit = 0; bit < BITS; bit++) {
    if (bit < degree) {
      directions[bit] = (first[bit] as number) * 2 ** (BITS - 1 - bit);
      continue;
    }
    const before = directions[bit - degree] as number;
    let number = before ^ (before >>> degree);
    for (let back = 1; back < degree; back++) {
      if ((polynomial >>> (degree - back)) & 1) number ^= directions[bit - back] as number;
    }
    directions[bit] = number;
  }
  return directions;
}

/**
 * A coordinate scrambled: each bit is flipped by a hash of the bits above it and the seed. The hash is that of Laine and
 * Karras (2011) with the constants of Vegdahl as published by Burley (2020, "Practical Hash-based Owen Scrambling"),
 * which works from the lowest bit up and so on the reversed bits.
 */
function scrambled(bits: number, seed: number): number {
  let x = reversed(bits);
  x = (x + seed) >>> 0;
  x ^= Math.imul(x, 0x6c50b47c);
  x ^= Math.imul(x, 0xb82f1e52);
  x ^= Math.imul(x, 0xc7afe638);
  x ^= Math.imul(x, 0x8d22f6e6);
  return ((reversed(x) >>> 0) + 0.5) / 2 ** BITS;
}

/** A draw for an index: its hash by MurmurHash3's finalizer (Appleby 2011), before and after the seed is added. */
function drawn(index: number, seed: number): number {
  return ((mixed(mixed(index) + seed) >>> 0) + 0.5) / 2 ** BITS;
}

function mixed(bits: number): number {
  let x = bits | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

function reversed(bits: number): number {
  let x = bits;
  x = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1);
  x = ((x >>> 2) & 0x33333333) | ((x & 0x33333333) << 2);
  x = ((x >>> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
  x = ((x >>> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8);
  return (x >>> 16) | (x << 16);
}
