const WIDTH = 256;
const MASK = WIDTH - 1;
/** The draws are whole numbers from 2^52 up to 2^53, divided by a power of two: all bits of a double are random. */
const [LEAST, LIMIT] = [2 ** 52, 2 ** 53];
const IN_ORDER: readonly number[] = Array.from({ length: WIDTH }, (_, value) => value);

/**
 * The stream cipher ARC4 as a generator of random numbers, keyed by a text and without its first 256 bytes. Its draws
 * are those of the package seedrandom, to the last bit: studies that exist were drawn by them.
 */
export class Arc4 {
  readonly #state: number[];
  #at = 0;
  #other = 0;

  /** @param key any text; equal texts give equal streams. */
  constructor(key: string) {
    const bytes = bytesOf(key);
    const state = IN_ORDER.slice();
    const { length } = bytes;
    for (let at = 0, other = 0, from = 0; at < WIDTH; at++) {
      const value = state[at] as number;
      other = (other + (bytes[from] as number) + value) & MASK;
      state[at] = state[other] as number;
      state[other] = value;
      if (++from === length) from = 0;
    }
    this.#state = state;
    this.#next(WIDTH);
  }

  /** A number from [0, 1), with 53 random bits at most. */
  double(): number {
    let numerator = this.#next(6);
    let denominator = 2 ** 48;
    let last = 0;
    while (numerator < LEAST) {
      numerator = (numerator + last) * WIDTH;
      denominator *= WIDTH;
      last = this.#next(1);
    }
    while (numerator >= LIMIT) {
      numerator /= 2;
      denominator /= 2;
      last >>>= 1;
    }
    return (numerator + last) / denominator;
  }

  /** The next bytes as the digits of one number, exact for up to six. */
  #next(count: number): number {
    const state = this.#state;
    let [at, other, number] = [this.#at, this.#other, 0];
    for (let left = count; left > 0; left--) {
      at = (at + 1) & MASK;
      const value = state[at] as number;
      other = (other + value) & MASK;
      const swapped = state[other] as number;
      state[at] = swapped;
      state[other] = value;
      number = number * WIDTH + (state[(value + swapped) & MASK] as number);
    }
    this.#at = at;
    this.#other = other;
    return number;
  }
}

/** The bytes of a key, 256 at most: a longer text is mixed into them from the front again. */
function bytesOf(key: string): readonly number[] {
  if (key === '') return [0];
  const bytes: number[] = [];
  let smear = 0;
  for (let at = 0; at < key.length; at++) {
    const place = at & MASK;
    smear = (smear ^ ((bytes[place] ?? 0) * 19)) & MASK;
    bytes[place] = (smear + key.charCodeAt(at)) & MASK;
  }
  return bytes;
}
