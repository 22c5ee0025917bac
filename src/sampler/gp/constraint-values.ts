import { constraintsOf } from '../../trial/constraints.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import type { Evidence, Measured } from './model.ts';
import type { Point } from './point-space.ts';

/** A trial with its point. */
export interface PlacedTrial {
  readonly trial: FrozenTrial;
  readonly point: Point;
}

/**
 * The constraints of trials as the model takes them, each with the trials that have it: 0 stays 0 and the order stays,
 * but values of any size come to about 1, and NaN counts as the worst violation. The violations of a trial are the sum
 * of such values above 0.
 */
export function constraintEvidence(ended: readonly PlacedTrial[]): Pick<Evidence, 'constraints' | 'violations'> {
  const values = ended.map(({ trial }) => constraintsOf(trial));
  const keys = [...new Set(values.flatMap((own) => [...own.keys()]))].sort();
  const violations = new Float64Array(ended.length);
  const constraints = keys.map((key): Measured => {
    const having = [...ended.keys()].filter((at) => values[at]?.has(key));
    const moderate = comparable(having.map((at) => values[at]?.get(key) as number));
    for (const [i, at] of having.entries()) {
      violations[at] = (violations[at] as number) + Math.max(moderate[i] as number, 0);
    }
    return { points: having.map((at) => (ended[at] as PlacedTrial).point), values: moderate };
  });
  return { constraints, violations };
}

/** -1 for trials that have ended, 1 for those that have failed; undefined without any of these. */
export function failureEvidence(ended: readonly PlacedTrial[], failed: readonly PlacedTrial[]): Measured | undefined {
  if (failed.length === 0) return undefined;
  const points = [...ended, ...failed].map(({ point }) => point);
  return { points, values: Float64Array.from(points, (_, at) => (at < ended.length ? -1 : 1)) };
}

function comparable(values: readonly number[]): Float64Array {
  const sizes = values.map(Math.abs).filter((size) => size > 0 && size < Infinity);
  const unit = sizes.sort((a, b) => a - b)[sizes.length >>> 1] ?? 1;
  const moderate = values.map((value) => Math.asinh(value / unit));
  const finite = moderate.filter(Number.isFinite);
  const [least, most] = [Math.min(-1, ...finite), Math.max(1, ...finite)];
  return Float64Array.from(moderate, (value) => (Number.isNaN(value) ? most : Math.min(Math.max(value, least), most)));
}
