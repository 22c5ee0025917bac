/** The fractional bits of the fixed-point numbers here. */
const BITS = 128n;
const ONE = 1n << BITS;

/**
 * The natural logarithm rounded to the nearest double, as good libraries of C have it almost everywhere; `Math.log` is
 * one unit in the last place off at many numbers, 3 among them. For the few places where that unit decides.
 *
 * @param x a finite number from the smallest normal one, 2^-1022, on.
 */
export function naturalLog(x: number): number {
  let exponent = Math.max(Math.min(Math.floor(Math.log2(x)), 1023), -1022);
  while (x / 2 ** exponent < 1) exponent--;
  while (x / 2 ** exponent >= 2) exponent++;
  const mantissa = (BigInt((x / 2 ** exponent) * 2 ** 52) << BITS) >> 52n;
  const log = logOfMantissa(mantissa) + BigInt(exponent) * logOfMantissa(2n * ONE);
  return Number(log) / 2 ** Number(BITS); // both exact or rounded once, since Number() rounds to the nearest
}

/** ln m = 2 artanh((m − 1) / (m + 1)) by its series, for 1 ≤ m ≤ 2 as fixed-point numbers. */
function logOfMantissa(m: bigint): bigint {
  const z = ((m - ONE) << BITS) / (m + ONE);
  const square = (z * z) >> BITS;
  let sum = 0n;
  let power = z;
  for (let odd = 1n; power !== 0n; odd += 2n) {
    sum += power / odd;
    power = (power * square) >> BITS;
  }
  return 2n * sum;
}
