import { checkFields, oneOf, refusal } from '../../../base/option-checks.ts';
import type { Schedule } from './schedule.ts';

/** The options of {@link oneCycle}. */
export interface OneCycleOptions {
  /** The share of the steps in which the rate rises, above 0 and below 1; default 0.3. */
  readonly rising?: number;
  /** The optimizer's rate is so many times that of the first step; default 25. */
  readonly startDivisor?: number;
  /** The rate of the first step is so many times that of the last; default 10,000. */
  readonly endDivisor?: number;
  /** Half a cosine up and half a cosine down, or straight lines; default 'cosine'. */
  readonly shape?: 'cosine' | 'linear';
}

const inside = {
  wanted: 'a number above 0 and below 1',
  accepts: (value: unknown): boolean => typeof value === 'number' && value > 0 && value < 1,
};
const fromOne = {
  wanted: 'a number from 1 on',
  accepts: (value: unknown): boolean => typeof value === 'number' && value >= 1 && Number.isFinite(value),
};

/**
 * One rise to the optimizer's learning rate and one fall far below the start, step by step (Smith & Topin 2018), with
 * the rule and the defaults of PyTorch's `OneCycleLR` in two phases: the optimizer's rate is its `max_lr`. Momentum
 * stays as it is (`cycle_momentum=False`).
 *
 * @example
 * train({ optimizer: sgd({ learningRate: 0.4, momentum: 0.9, nesterov: true }), schedule: oneCycle(), … })
 */
export function oneCycle(options: OneCycleOptions = {}): Schedule {
  const fields = { rising: inside, startDivisor: fromOne, endDivisor: fromOne, shape: oneOf('cosine', 'linear') };
  checkFields(options, fields, refusal('HPO_INVALID_ARGUMENT', 'oneCycle()'));
  const { rising = 0.3, startDivisor = 25, endDivisor = 1e4, shape = 'cosine' } = options;
  const start = 1 / startDivisor;
  const end = start / endDivisor;
  const between = shape === 'linear' ? straight : halfCosine;
  return ({ step, steps }) => {
    const top = rising * steps - 1;
    if (step > top) return between(1, end, (step - top) / (steps - 1 - top));
    return top === 0 ? 1 : between(start, 1, step / top);
  };
}

const straight = (from: number, to: number, share: number): number => from + (to - from) * share;

const halfCosine = (from: number, to: number, share: number): number =>
  to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share));
