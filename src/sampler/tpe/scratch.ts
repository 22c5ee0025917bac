/**
 * Arrays for one computation after another, in memory that is used again: a density of 10,000 observations takes
 * megabytes, whose allocation and collection would cost as much as the computation. The arrays hold anything at first.
 */
export class Scratch {
  readonly #floats: Float64Array[] = [];
  readonly #integers: Uint32Array[] = [];
  #floatCount = 0;
  #integerCount = 0;

  /** Begins the next computation: the arrays of the one before are given out again. */
  begin(): void {
    this.#floatCount = 0;
    this.#integerCount = 0;
  }

  floats(length: number): Float64Array {
    const at = this.#floatCount++;
    let memory = this.#floats[at];
    if (memory === undefined || memory.length < length) {
      memory = new Float64Array(Math.ceil(1.25 * length));
      this.#floats[at] = memory;
    }
    return memory.subarray(0, length);
  }

  integers(length: number): Uint32Array {
    const at = this.#integerCount++;
    let memory = this.#integers[at];
    if (memory === undefined || memory.length < length) {
      memory = new Uint32Array(Math.ceil(1.25 * length));
      this.#integers[at] = memory;
    }
    return memory.subarray(0, length);
  }
}
