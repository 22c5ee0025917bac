import { refusal } from '../../../base/option-checks.ts';
import type { Schedule } from './schedule.ts';

/** A point of {@link piecewiseLinear}: a time in epochs, from 0 on, and the factor then. */
export type Knot = readonly [epoch: number, factor: number];

/**
 * Straight lines between knots, step by step; before the first knot its factor, after the last one its own. Step s of
 * epoch e has the time (e − 1) + (s − 1) / steps an epoch. This is `PiecewiseLinear` of David Page's CIFAR-10 nets (How
 * to train your ResNet, 2018).
 *
 * @param knots at least two, in ascending times.
 * @example
 * train({ optimizer: sgd({ learningRate: 0.4 }), schedule: piecewiseLinear([[0, 0], [5, 1], [24, 0]]), epochs: 24, … })
 */
export function piecewiseLinear(knots: readonly Knot[]): Schedule {
  const refuse = refusal('HPO_INVALID_ARGUMENT', 'piecewiseLinear()');
  if (!Array.isArray(knots) || knots.length < 2 || !knots.every(isKnot)) {
    refuse('the knots are not all [epoch, factor]; give at least two pairs of finite numbers from 0 on.');
  }
  for (const [at, [epoch]] of knots.entries()) {
    const before = knots[at - 1]?.[0] ?? Number.NEGATIVE_INFINITY;
    if (epoch <= before) refuse(`a knot at epoch ${epoch} follows one at ${before}; give them in ascending order.`);
  }
  const [first, last] = [knots[0] as Knot, knots.at(-1) as Knot];
  return ({ step, stepsPerEpoch }) => {
    const time = step / stepsPerEpoch;
    const next = knots.findIndex(([epoch]) => epoch > time);
    if (next === 0) return first[1];
    if (next < 0) return last[1];
    const [from, low] = knots[next - 1] as Knot;
    const [to, high] = knots[next] as Knot;
    return low + ((high - low) * (time - from)) / (to - from);
  };
}

const isKnot = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && value.every((number) => Number.isFinite(number) && number >= 0);
