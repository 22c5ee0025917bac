import { CONVERGED, GREATEST_SIGMA, type RecentLosses } from './evolution.ts';
import type { Strategy } from './strategy.ts';

/** The parts of an evolution that do not depend on the form of C. */
export interface PathState {
  readonly strategy: Strategy;
  readonly mean: Float64Array;
  readonly sigma: number;
  /** p_σ */
  readonly stepPath: Float64Array;
  /** p_c */
  readonly path: Float64Array;
  readonly generation: number;
  readonly firstSigma: number;
  readonly recent: RecentLosses;
}

/** The paths and the step size of a next generation. */
export interface NextPaths {
  readonly stepPath: Float64Array;
  readonly path: Float64Array;
  readonly sigma: number;
  /** The share of C that the path does not keep up, where it stands still. */
  readonly lost: number;
}

/**
 * Moves the paths by a generation's mean step, and adapts the step size to the length of p_σ.
 * @param y the mean step. @param inverse C^(-1/2) y.
 */
export function nextPaths(state: PathState, y: Float64Array, inverse: Float64Array): NextPaths {
  const { strategy, sigma, mean } = state;
  const { stepPathRate, pathRate, effective } = strategy;
  const stepPath = decayed(state.stepPath, stepPathRate, effective, inverse);
  const length = Math.hypot(...stepPath);
  const growth = (stepPathRate / strategy.stepDamping) * (length / strategy.expectedLength - 1);
  const isSteady = isSteadyPath(length, strategy, mean.length, state.generation + 1);
  return {
    stepPath,
    path: decayed(state.path, pathRate, effective, y, isSteady),
    sigma: Math.min(sigma * Math.exp(growth), GREATEST_SIGMA),
    lost: isSteady ? 0 : pathRate * (2 - pathRate),
  };
}

/**
 * Whether nothing is to be gained by going on, by the criteria that hold for C in any form.
 * @param variances the diagonal of C. @param roots the square roots of its eigenvalues.
 */
export function hasSettled(state: PathState, variances: Float64Array, roots: Float64Array): boolean {
  const { mean, sigma, path, recent, firstSigma, generation } = state;
  const least = CONVERGED.step * firstSigma;
  if (recent.isFlat(generation)) return true;
  if (variances.every((c) => sigma * c < least) && path.every((p) => sigma * p < least)) return true;
  if (sigma * Math.max(...roots) > CONVERGED.spread) return true;
  if (mean.some((m, i) => m === m + 0.2 * sigma * Math.sqrt(variances[i] as number))) return true;
  return Math.max(...roots) / Math.min(...roots) > CONVERGED.condition;
}

/** (1 − c) p + √(c (2 − c) µ_eff) y, the second term only where `isAdded`. */
function decayed(path: Float64Array, rate: number, effective: number, y: Float64Array, isAdded = true): Float64Array {
  const scale = isAdded ? Math.sqrt(rate * (2 - rate) * effective) : 0;
  return path.map((p, i) => (1 - rate) * p + scale * (y[i] as number));
}

/** h_σ: whether the path of the step size is not much longer than by chance. */
function isSteadyPath(length: number, strategy: Strategy, dimensions: number, generation: number): boolean {
  const settled = Math.sqrt(1 - (1 - strategy.stepPathRate) ** (2 * (generation + 1)));
  return length / settled < (1.4 + 2 / (dimensions + 1)) * strategy.expectedLength;
}
