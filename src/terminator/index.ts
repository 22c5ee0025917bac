export { crossValidationError } from './cross-validation-error.ts';
export { type EmmrOptions, emmr } from './emmr.ts';
export type { ErrorEstimate } from './error-estimate.ts';
export type { Improvement } from './improvement.ts';
export { type MedianErrorOptions, medianError } from './median-error.ts';
export { type RegretBoundOptions, regretBound } from './regret-bound.ts';
export { type StagnationOptions, stagnation } from './stagnation.ts';
