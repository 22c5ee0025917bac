import { constraintsOf } from '../../trial/constraints.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import type { Evidence } from './model.ts';
import type { Point } from './point-space.ts';

/** A trial with its point. */
export interface PlacedTrial {
  readonly trial: FrozenTrial;
  readonly point: Point;
}

/**
 * The constraints of trials as the model takes them, each with the trials that have it: 0 stays 0 and the order stays,
 * but values of any size come to about 1, and NaN counts as the worst violation. That a trial fails is a constraint,
 * too, as soon as one has: that of failing less than it succeeds.
 */
export function constraintEvidence(
  ended: readonly PlacedTrial[],
  failed: readonly PlacedTrial[],
): Evidence['constraints'] {
  const values = ended.map(({ trial }) => constraintsOf(trial));
  const keys = [...new Set(values.flatMap((own) => [...own.keys()]))].sort();
  const constraints = keys.map((key) => {
    const having = [...ended.keys()].filter((at) => values[at]?.has(key));
    const measured = having.map((at) => values[at]?.get(key) as number);
    return { points: having.map((at) => (ended[at] as PlacedTrial).point), values: comparable(measured) };
  });
  if (failed.length === 0) return constraints;
  const points = [...ended, ...failed].map(({ point }) => point);
  return [...constraints, { points, values: Float64Array.from(points, (_, at) => (at < ended.length ? -1 : 1)) }];
}

function comparable(values: readonly number[]): Float64Array {
  const sizes = values.map(Math.abs).filter((size) => size > 0 && Number.isFinite(size));
  const unit = sizes.sort((a, b) => a - b)[sizes.length >>> 1] ?? 1;
  const moderate = values.map((value) => Math.asinh(value / unit));
  const finite = moderate.filter(Number.isFinite);
  const [least, most] = [Math.min(-1, ...finite), Math.max(1, ...finite)];
  const bounded = Float64Array.from(moderate, (value) =>
    value >= least ? Math.min(value, most) : value < least ? least : most,
  );
  const size = Math.sqrt(bounded.reduce((sum, value) => sum + value * value, 0) / bounded.length) || 1;
  return bounded.map((value) => value / size);
}
