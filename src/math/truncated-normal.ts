import {
  inverseLogNormalCdf,
  LOG_SQRT_2PI,
  logAddExp,
  logNormalCdf,
  normalCdf,
  scaledErfc,
} from './special-functions.ts';

/**
 * ln of the standard normal mass between `a` and `b`, a ≤ b; -Infinity where they are equal. Accurate in both tails:
 * on the right it is taken from the left by symmetry, where Φ does not run into 1.
 */
export function logMass(a: number, b: number): number {
  const width = b - a;
  const middle = a + 0.5 * width;
  if (width <= 0.8 && Math.abs(middle) * width <= 2) return logNarrowMass(middle, width);
  if (b <= -1) return logTailMass(-b, -a);
  if (a >= 1) return logTailMass(a, b);
  if (b <= 0) return Math.log(normalCdf(b) - normalCdf(a));
  if (a > 0) return Math.log(normalCdf(-a) - normalCdf(-b));
  return Math.log1p(-normalCdf(a) - normalCdf(-b));
}

/** The number of sigmas beyond which a normal has less than a rounding error of its mass. */
const WHOLE_MASS = 9;

/** ln of `scale` times the standard normal mass between `a` and `b`: one logarithm where 0 lies between them. */
export function logScaledMass(scale: number, a: number, b: number): number {
  if (a > 0 || b < 0 || b - a < 1) return Math.log(scale) + logMass(a, b);
  const below = a < -WHOLE_MASS ? 0 : normalCdf(a);
  const above = b > WHOLE_MASS ? 0 : normalCdf(-b);
  return Math.log(scale * (1 - below - above));
}

/**
 * ln of the mass for 1 ≤ near < far. With E(x) = e^(x²) erfc(x) the mass is e^(-near²/2) / 2 times the difference of
 * E(near/√2) and e^((near² - far²)/2) E(far/√2); only the first factor can be too small for a number.
 */
function logTailMass(near: number, far: number): number {
  const exponent = 0.5 * (near - far) * (near + far);
  let rest = scaledErfc(near * Math.SQRT1_2);
  if (exponent > -40) rest -= Math.exp(exponent) * scaledErfc(far * Math.SQRT1_2);
  return Math.log(0.5 * rest) - 0.5 * near * near;
}

/**
 * ln of the mass of a narrow interval by its middle c and its width w, where a difference of two masses would lose
 * digits: φ(c) w Σ He₂ⱼ(c) (w/2)²ʲ / (2j + 1)!, the integral of the density's Taylor series, with Hermite polynomials
 * up to j = 6. Its error is below 1e-11 for w ≤ 0.8 and |c| w ≤ 2.
 */
function logNarrowMass(c: number, w: number): number {
  const x = c * c;
  const h = 0.25 * w * w;
  const he2 = x - 1;
  const he4 = (x - 6) * x + 3;
  const he6 = ((x - 15) * x + 45) * x - 15;
  const he8 = (((x - 28) * x + 210) * x - 420) * x + 105;
  const he10 = ((((x - 45) * x + 630) * x - 3150) * x + 4725) * x - 945;
  const he12 = (((((x - 66) * x + 1485) * x - 13860) * x + 51975) * x - 62370) * x + 10395;
  const series = ((((((h * he12) / 156 + he10) * h) / 110 + he8) * h) / 72 + he6) * (h / 42) + he4;
  return Math.log(w * (1 + ((series * h) / 20 + he2) * (h / 6))) - 0.5 * x - LOG_SQRT_2PI;
}

/**
 * The `p`-quantile, 0 ≤ p ≤ 1, of a standard normal that is cut off at `a` and `b`, a < b. It stays within them
 * however far out they lie.
 */
export function truncatedQuantile(p: number, a: number, b: number): number {
  if (p <= 0) return a;
  if (p >= 1) return b;
  const total = logMass(a, b);
  const quantile =
    a < 0
      ? inverseLogNormalCdf(Math.min(logAddExp(logNormalCdf(a), Math.log(p) + total), 0))
      : -inverseLogNormalCdf(Math.min(logAddExp(logNormalCdf(-b), Math.log1p(-p) + total), 0));
  return Math.min(Math.max(quantile, a), b);
}

/** ln of the density at `x`, a ≤ x ≤ b, of a standard normal that is cut off at `a` and `b`. */
export function truncatedLogDensity(x: number, a: number, b: number): number {
  return -0.5 * x * x - LOG_SQRT_2PI - logMass(a, b);
}
