import type { Rng } from '../../base/rng.ts';
import { isCategorical } from '../../space/categorical-distribution.ts';
import type { Distribution, ParamValue } from '../../space/distribution.ts';
import type { DistributionMap } from '../../space/distribution-map.ts';
import { isNumeric } from '../../space/numeric-distribution.ts';
import { UnitInterval } from '../../space/unit-interval.ts';
import { allows, type Condition, type Conditions } from './condition.ts';

/**
 * The parameters of a trial as the model sees them. Numbers come first, each by its place in its
 * {@link UnitInterval}, then choices, each by its index. A choice among numbers, such as a batch size, is both: its
 * index, and its place in the order of the numbers, so that the model can learn that neighbours are alike.
 * A parameter that is not there stands in the middle (0.5), or at an index of its own (-1).
 */
export type Point = Float64Array;

/** A parameter's place in points. */
export interface PointParam {
  readonly name: string;
  readonly distribution: Distribution;
  /** The coordinate that it is decoded from. */
  readonly at: number;
  /** The number of its values; infinite for a continuous one. */
  readonly count: number;
  /** Of a number; undefined for a choice. */
  readonly interval: UnitInterval | undefined;
  /** The coordinate of the order of a choice among numbers, and the place of each choice in it. */
  readonly order: { readonly at: number; readonly places: readonly number[] } | undefined;
  readonly condition: { readonly parent: number; readonly rule: Condition } | undefined;
}

const MIDDLE = 0.5;
const ABSENT = -1;

/** The space of {@link Point}s of some parameters, with what fixed values leave of it. */
export class PointSpace {
  readonly params: readonly PointParam[];
  /** The number of coordinates. */
  readonly width: number;
  /** The number of coordinates that are numbers; those behind them are indices of choices. */
  readonly numbers: number;
  /** By parameter its value in every point, and its coordinate; undefined where it is free. */
  readonly #fixed: readonly ({ readonly value: ParamValue; readonly coordinate: number } | undefined)[];

  /** @param fixed values that every point of the space has; those that their distributions do not contain are free. */
  constructor(space: DistributionMap, conditions: Conditions, fixed: Readonly<Record<string, ParamValue>> = {}) {
    const entries = [...space];
    const names = [...space.keys()];
    const orders = entries.filter(([, distribution]) => isOrdered(distribution)).map(([name]) => name);
    const numeric = entries.filter(([, distribution]) => isNumeric(distribution)).map(([name]) => name);
    const choices = entries.filter(([, distribution]) => isCategorical(distribution)).map(([name]) => name);
    this.numbers = numeric.length + orders.length;
    this.width = this.numbers + choices.length;
    this.params = entries.map(([name, distribution]): PointParam => {
      const rule = conditions.get(name);
      const condition = rule && { parent: names.indexOf(rule.parent), rule };
      if (isNumeric(distribution)) {
        const interval = new UnitInterval(distribution);
        const at = numeric.indexOf(name);
        return { name, distribution, at, count: interval.count, interval, order: undefined, condition };
      }
      const { choices: values } = distribution as unknown as { choices: readonly ParamValue[] };
      const at = this.numbers + choices.indexOf(name);
      const order = orders.includes(name)
        ? { at: numeric.length + orders.indexOf(name), places: placesInOrder(values as readonly number[]) }
        : undefined;
      return { name, distribution, at, count: values.length, interval: undefined, order, condition };
    });
    this.#fixed = this.params.map((param) => {
      const value = Object.hasOwn(fixed, param.name) ? fixed[param.name] : undefined;
      if (value === undefined || !param.distribution.contains(value)) return undefined;
      return { value, coordinate: coordinateOf(param, value) };
    });
  }

  /** Whether a parameter's value is left to choose. */
  isFree(index: number): boolean {
    return this.#fixed[index] === undefined;
  }

  /** Whether the point has the parameter of this index. */
  isActive(point: Point, index: number): boolean {
    const { condition } = this.params[index] as PointParam;
    if (condition === undefined) return true;
    if (!this.isActive(point, condition.parent)) return false;
    const { at, interval } = this.params[condition.parent] as PointParam;
    const coordinate = point[at] as number;
    return allows(condition.rule, interval ? interval.valueAt(coordinate) : coordinate);
  }

  /** Brings a point into the space: fixed values, whole steps, the middle and -1 for what is not there. Returns it. */
  settle(point: Point): Point {
    for (const [index, { at }] of this.params.entries()) {
      const fixed = this.#fixed[index];
      if (fixed) point[at] = fixed.coordinate;
    }
    for (const [index, { at, interval, order, count }] of this.params.entries()) {
      const isActive = this.isActive(point, index);
      if (interval) point[at] = isActive ? interval.nearest(point[at] as number) : MIDDLE;
      else {
        const choice = isActive ? Math.min(Math.max(point[at] as number, 0), count - 1) : ABSENT;
        point[at] = choice;
        if (order) point[order.at] = order.places[choice] ?? MIDDLE;
      }
    }
    return point;
  }

  /** The point at fractions from 0 up to 1, one for each parameter. */
  pointAt(fractions: Float64Array): Point {
    const point = new Float64Array(this.width);
    for (const [index, { at, interval, count }] of this.params.entries()) {
      const fraction = fractions[index] as number;
      point[at] = interval ? fraction : Math.min(Math.floor(fraction * count), count - 1);
    }
    return this.settle(point);
  }

  randomPoint(rng: Rng): Point {
    return this.pointAt(Float64Array.from(this.params, () => rng.uniform()));
  }

  /** A coordinate of a parameter at random: a place, or the index of a choice. */
  randomCoordinate({ interval, count }: PointParam, rng: Rng): number {
    return interval ? rng.uniform() : rng.integer(count);
  }

  /** The point of a trial. Numbers may lie out of today's bounds; values without a number count as not there. */
  encode(values: Readonly<Record<string, unknown>>): Point {
    const point = new Float64Array(this.width);
    for (const param of this.params) {
      const { name, at, interval, order } = param;
      const coordinate = Object.hasOwn(values, name) ? coordinateOf(param, values[name]) : Number.NaN;
      const isThere = Number.isFinite(coordinate) && (interval !== undefined || coordinate >= 0);
      point[at] = isThere ? coordinate : interval ? MIDDLE : ABSENT;
      if (order) point[order.at] = order.places[point[at] as number] ?? MIDDLE;
    }
    return point;
  }

  /** The values of a point's parameters, by name. Those that it does not have are drawn evenly from `rng`. */
  decode(point: Point, rng: Rng): Map<string, ParamValue> {
    return new Map(
      this.params.map((param, index) => {
        const { name, distribution, at, interval } = param;
        const fixed = this.#fixed[index];
        if (fixed) return [name, fixed.value];
        const coordinate = this.isActive(point, index) ? (point[at] as number) : this.randomCoordinate(param, rng);
        return [name, distribution.fromInternal(interval ? interval.valueAt(coordinate) : coordinate)];
      }),
    );
  }

  /** Whether some points have no continuous parameter, so that trials may well repeat each other. */
  get hasDiscretePoints(): boolean {
    return this.params.every(({ count, condition }) => count < Infinity || condition !== undefined);
  }
}

/** Text by which equal points are found. Places that rounding has moved are equal, too. */
export function pointKey(point: Point): string {
  return Array.from(point, (coordinate) => Math.round(coordinate * 1e9)).join();
}

function coordinateOf({ distribution, interval }: PointParam, value: unknown): number {
  if (interval) return typeof value === 'number' ? interval.placeOf(value) : Number.NaN;
  return isCategorical(distribution) ? distribution.indexOf(value) : ABSENT;
}

/** Whether a parameter is a choice among at least three numbers. (Of two, the order says no more than the index.) */
function isOrdered(distribution: Distribution): boolean {
  if (!isCategorical(distribution) || distribution.choices.length < 3) return false;
  return distribution.choices.every((choice) => typeof choice === 'number' && Number.isFinite(choice));
}

/** The place of each number in their order, from 0 for the smallest to 1. */
function placesInOrder(numbers: readonly number[]): readonly number[] {
  const ascending = numbers.toSorted((a, b) => a - b);
  return numbers.map((number) => ascending.indexOf(number) / (numbers.length - 1));
}
