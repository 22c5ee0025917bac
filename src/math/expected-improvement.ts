import { LOG_SQRT_2PI, normalCdf } from './special-functions.ts';

/** The number below which φ + uΦ is computed as a product, since the sum loses its digits. */
const TAIL = -4;
/** Terms of the continued fraction; below {@link TAIL} they give all digits. */
const TERMS = 40;

/** A function's value at a place, and its derivative. */
export interface ValueAndSlope {
  readonly value: number;
  readonly slope: number;
}

/**
 * ln h(u) and its derivative Φ(u)/h(u), where h(u) = φ(u) + uΦ(u) is the expectation of max(u + ε, 0) for a standard
 * normal ε: the expected improvement of a normal prediction is σ h((best − μ)/σ). It has all digits however small h is
 * (Ament et al. 2023, "Unexpected Improvements to Expected Improvement", have shown why that matters).
 */
export function logExpectedImprovement(u: number): ValueAndSlope {
  const logDensity = -0.5 * u * u - LOG_SQRT_2PI;
  if (u > TAIL) {
    const mass = normalCdf(u);
    const improvement = Math.exp(logDensity) + u * mass;
    return { value: Math.log(improvement), slope: mass / improvement };
  }
  // With Mills' ratio R = 1/(t + c), t = −u, by its continued fraction: h/φ = 1 − tR = c/(t + c), and Φ/φ = R.
  const t = -u;
  let c = 0;
  for (let k = TERMS; k >= 1; k--) c = k / (t + c);
  return { value: logDensity + Math.log(c / (t + c)), slope: 1 / c };
}
