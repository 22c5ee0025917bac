/** The bits that are sorted by at a time, from the lowest up: three times in each half of a number. */
const DIGIT_BITS = 11;
const DIGITS = 2 ** DIGIT_BITS;
const SIGN = 2 ** 31;

/** The place of the half with the sign in the memory of a number. */
const HIGH = new Uint32Array(Float64Array.of(1).buffer)[1] === 0 ? 0 : 1;

/**
 * The places of numbers from the smallest to the greatest, NaN left out; of equal ones the smaller place first.
 *
 * A radix sort by the bits, turned so that they are in the order of the numbers (Herf 2001, "Radix Tricks"): of a
 * hundred thousand numbers it takes a quarter of the time that comparing them does.
 */
export function ascendingOrder(numbers: Float64Array): Uint32Array<ArrayBuffer> {
  const halves = new Uint32Array(numbers.map((number) => number + 0).buffer); // -0 equals 0
  const places = new Uint32Array(numbers.length);
  let count = 0;
  for (let at = 0; at < numbers.length; at++) {
    if (Number.isNaN(numbers[at])) continue;
    places[count++] = at;
    const [high, low] = [2 * at + HIGH, 2 * at + 1 - HIGH];
    const isNegative = (halves[high] as number) >= SIGN;
    halves[high] = (halves[high] as number) ^ (isNegative ? -1 : SIGN);
    if (isNegative) halves[low] = ~(halves[low] as number);
  }
  let order = places.subarray(0, count);
  for (const half of [1 - HIGH, HIGH]) {
    for (let shift = 0; shift < 32; shift += DIGIT_BITS) order = sortedBy(halves, half, shift, order);
  }
  return order;
}

/** The places in the order of one digit, those of equal digits in the order in which they were. */
function sortedBy(halves: Uint32Array, half: number, shift: number, order: Uint32Array): Uint32Array<ArrayBuffer> {
  const next = new Uint32Array(DIGITS);
  for (let i = 0; i < order.length; i++) {
    const digit = ((halves[2 * (order[i] as number) + half] as number) >>> shift) % DIGITS;
    next[digit] = (next[digit] as number) + 1;
  }
  let before = 0;
  for (let digit = 0; digit < DIGITS; digit++) {
    const own = next[digit] as number;
    next[digit] = before;
    before += own;
  }
  const sorted = new Uint32Array(order.length);
  for (let i = 0; i < order.length; i++) {
    const place = order[i] as number;
    const digit = ((halves[2 * place + half] as number) >>> shift) % DIGITS;
    const at = next[digit] as number;
    sorted[at] = place;
    next[digit] = at + 1;
  }
  return sorted;
}
