import { isCategorical } from './categorical-distribution.ts';
import type { Distribution, ParamValue } from './distribution.ts';
import { isNumeric, stepsFrom } from './numeric-distribution.ts';

/** Values in an order, perhaps too many for a list. */
export interface FiniteValues {
  readonly count: number;
  /** The value of an index from 0 to `count - 1`. */
  at(index: number): ParamValue;
}

/** All values of a distribution. */
export interface DistributionValues extends FiniteValues {
  /** The index of a value, or -1 for one that the distribution does not contain. */
  indexOf(value: unknown): number;
}

/**
 * The values of a distribution: choices in their order, numbers from the lowest one on, those with a step in decimals
 * as they are written (0.3 and not 0.1 + 0.2). Undefined for one that is continuous.
 */
export function finiteValues(distribution: Distribution): DistributionValues | undefined {
  if (isCategorical(distribution)) {
    const { choices } = distribution;
    const at = (index: number) => choices[index] as ParamValue;
    return { count: choices.length, at, indexOf: (value) => distribution.indexOf(value) };
  }
  const step = distribution.isSingle ? 1 : isNumeric(distribution) ? distribution.step : null;
  if (!isNumeric(distribution) || step === null) return undefined;
  const { low, high } = distribution;
  return {
    count: Math.round((high - low) / step) + 1,
    at: (index) => (index === 0 ? low : stepsFrom(low, step, index)),
    indexOf: (value) => (distribution.contains(value) ? Math.round((Number(value) - low) / step) : -1),
  };
}

/** Values from a list. */
export function valuesOf(list: readonly ParamValue[]): FiniteValues {
  return { count: list.length, at: (index) => list[index] as ParamValue };
}
