/** ln √(2π), which the standard normal density divides by. */
export const LOG_SQRT_2PI = 0.5 * Math.log(2 * Math.PI);

/** ln(eᵖ + e^q), without leaving the range of numbers. */
export function logAddExp(p: number, q: number): number {
  const greater = Math.max(p, q);
  return greater === -Infinity ? -Infinity : greater + Math.log1p(Math.exp(Math.min(p, q) - greater));
}

/** The greatest of the first `count` of `numbers`; -Infinity where there are none. */
export function greatestOf(numbers: Float64Array, count = numbers.length): number {
  let greatest = -Infinity;
  for (let i = 0; i < count; i++) if ((numbers[i] as number) > greatest) greatest = numbers[i] as number;
  return greatest;
}

/** ln Σ eˣ over the first `count` of `terms`; -Infinity where there are none, or all are -Infinity. */
export function logSumExp(terms: Float64Array, count = terms.length): number {
  const greatest = greatestOf(terms, count);
  if (greatest === -Infinity) return -Infinity;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += Math.exp((terms[i] as number) - greatest);
  return greatest + Math.log(sum);
}

/** The |x| up to which erf is computed directly; beyond it, e^(x²) erfc(x) is. */
const ERF_LIMIT = 0.46875;

/** Error function for |x| ≤ 0.46875: Cody's rational approximation (Mathematics of Computation 23, 1969). */
function erfNearZero(x: number): number {
  const y = x * x;
  const above =
    (((0.18577770618460315 * y + 3.1611237438705655) * y + 113.86415415105016) * y + 377.485237685302) * y +
    3209.3775891384694;
  const below = (((y + 23.601290952344122) * y + 244.02463793444417) * y + 1282.6165260773723) * y + 2844.236833439171;
  return (x * above) / below;
}

/** e^(x²) erfc(x) for x ≥ 0.46875, accurate to rounding however large x is: Cody (1969) again. */
export function scaledErfc(x: number): number {
  if (x <= 4) {
    let above = 2.1531153547440383e-8 * x + 0.5641884969886701;
    above = above * x + 8.883149794388377;
    above = above * x + 66.11919063714163;
    above = above * x + 298.6351381974001;
    above = above * x + 881.952221241769;
    above = above * x + 1712.0476126340707;
    above = above * x + 2051.0783778260716;
    above = above * x + 1230.3393547979972;
    let below = x + 15.744926110709835;
    below = below * x + 117.6939508913125;
    below = below * x + 537.1811018620099;
    below = below * x + 1621.3895745666903;
    below = below * x + 3290.7992357334597;
    below = below * x + 4362.619090143247;
    below = below * x + 3439.3676741437216;
    below = below * x + 1230.3393548037495;
    return above / below;
  }
  const z = 1 / (x * x);
  let above = 0.016315387137302097 * z + 0.30532663496123236;
  above = above * z + 0.36034489994980445;
  above = above * z + 0.12578172611122926;
  above = above * z + 0.016083785148742275;
  above = above * z + 0.0006587491615298378;
  let below = z + 2.568520192289822;
  below = below * z + 1.8729528499234673;
  below = below * z + 0.5279051029514285;
  below = below * z + 0.06051834131244132;
  below = below * z + 0.0023352049762686918;
  return (1 / Math.sqrt(Math.PI) - (z * above) / below) / x;
}

/** Φ(a), the standard normal distribution function, to a relative 1e-13 in the left tail. */
export function normalCdf(a: number): number {
  const x = -a * Math.SQRT1_2;
  if (Math.abs(x) <= ERF_LIMIT) return 0.5 - 0.5 * erfNearZero(x);
  const tail = 0.5 * Math.exp(-0.5 * a * a) * scaledErfc(Math.abs(x));
  return x > 0 ? tail : 1 - tail;
}

/** ln Φ(a), accurate to rounding in both tails: at a = -1e5, where Φ is far below the smallest number, too. */
export function logNormalCdf(a: number): number {
  const x = -a * Math.SQRT1_2;
  if (x > ERF_LIMIT) return Math.log(0.5 * scaledErfc(x)) - 0.5 * a * a;
  return x >= -ERF_LIMIT ? Math.log(0.5 - 0.5 * erfNearZero(x)) : Math.log1p(-normalCdf(-a));
}

/**
 * The a with ln Φ(a) = `logP`: the normal quantile of a probability given by its logarithm, so that probabilities below
 * the smallest number have one, too. ±Infinity for ln 1 and ln 0, NaN above ln 1.
 *
 * Newton's method on ln Φ, which is concave and increasing, so that it converges from every start; two steps are mostly
 * enough.
 */
export function inverseLogNormalCdf(logP: number): number {
  if (logP === 0) return Infinity;
  if (logP === -Infinity) return -Infinity;
  // Φ(a) close to 1 hides what is left of 1; the other tail shows it.
  if (logP > -Math.LN2) return -inverseLogNormalCdf(Math.log(-Math.expm1(logP)));
  let a = roughQuantile(logP);
  for (let round = 0; round < 100; round++) {
    const reached = logNormalCdf(a);
    const step = (reached - logP) * Math.exp(reached + 0.5 * a * a + LOG_SQRT_2PI);
    a -= step;
    if (Math.abs(step) <= 1e-7 * Math.abs(a) + 1e-16) break; // the error that remains is about its square
  }
  return a;
}

/** The normal quantile of a probability up to a half, off by less than 4.5e-4: Abramowitz & Stegun 26.2.23. */
function roughQuantile(logP: number): number {
  const t = Math.sqrt(-2 * logP);
  const above = (0.010328 * t + 0.802853) * t + 2.515517;
  const below = ((0.001308 * t + 0.189269) * t + 1.432788) * t + 1;
  return above / below - t;
}
