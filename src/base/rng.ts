import seedrandom from 'seedrandom';

/**
 * A stream of random draws. Every stream is fixed by (study seed, trial number, purpose), so no generator state is
 * ever stored and a resumed study draws what an uninterrupted one would have drawn.
 */
export class Rng {
  readonly #next: () => number;

  /** @param key anything that names the stream; equal keys give equal streams. */
  constructor(key: string) {
    const generator = seedrandom(key);
    this.#next = () => generator.double();
  }

  /** The stream of one purpose (for example `'sampler'`) in one trial of a study. */
  static of(studySeed: number, trialNumber: number, purpose: string): Rng {
    return new Rng(`${studySeed}/${trialNumber}/${purpose}`);
  }

  /** The stream of one purpose in a whole study, the same for all of its trials. */
  static ofStudy(studySeed: number, purpose: string): Rng {
    return new Rng(`${studySeed}/${purpose}`);
  }

  /** A uniform draw from [low, high); the defaults give [0, 1) with 53 random bits. */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * this.#next();
  }

  /** A uniform integer from 0 to `count - 1`. */
  integer(count: number): number {
    return Math.min(Math.floor(this.#next() * count), count - 1);
  }

  /** A standard normal draw (Box & Muller 1958; one of the pair is dropped so that each call uses two uniforms). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.#next())) * Math.cos(2 * Math.PI * this.#next());
  }

  /** The numbers 0 to `count - 1` in random order (Fisher & Yates). */
  permutation(count: number): Uint32Array {
    const order = Uint32Array.from({ length: count }, (_, index) => index);
    for (let last = count - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      const held = order[last] as number;
      order[last] = order[other] as number;
      order[other] = held;
    }
    return order;
  }
}
