/**
 * Arrays for one computation after another, in memory that is used again: a density of 10,000 observations takes
 * megabytes, whose allocation and collection would cost as much as the computation. The arrays hold anything at first.
 */
export class Scratch {
  readonly #floats = new Pool((length) => new Float64Array(length));
  readonly #integers = new Pool((length) => new Uint32Array(length));

  /** Begins the next computation: the arrays of the one before are given out again. */
  begin(): void {
    this.#floats.begin();
    this.#integers.begin();
  }

  floats(length: number): Float64Array {
    return this.#floats.take(length);
  }

  integers(length: number): Uint32Array {
    return this.#integers.take(length);
  }
}

/** Arrays of one type, given out in the same order in each computation. */
class Pool<T extends { readonly length: number; subarray(from: number, to: number): T }> {
  readonly #make: (length: number) => T;
  readonly #arrays: T[] = [];
  #count = 0;

  constructor(make: (length: number) => T) {
    this.#make = make;
  }

  begin(): void {
    this.#count = 0;
  }

  take(length: number): T {
    const at = this.#count++;
    let array = this.#arrays[at];
    if (array === undefined || array.length < length) {
      array = this.#make(Math.ceil(1.25 * length));
      this.#arrays[at] = array;
    }
    return array.subarray(0, length);
  }
}
