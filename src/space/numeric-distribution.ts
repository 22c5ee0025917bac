import { HpoError } from '../base/errors.ts';
import { checkFields, type Fields, flag, positiveNumber, shown, wrongValue } from '../base/option-checks.ts';
import type { Distribution, ParamValue } from './distribution.ts';

/** The ways in which a number may be spread between its bounds. */
export interface NumericOptions {
  /** Spread evenly over the logarithm; needs a positive lower bound. Default false. */
  readonly log?: boolean;
  /** Take only `low`, `low + step`, …; not together with `log`. */
  readonly step?: number;
}

/**
 * The common part of float and int. Besides the values proper they have a *sampling range*, an interval of the
 * real line in which samplers draw: the bounds, widened by half a step to either side where there is a step (so that
 * the outermost values are as likely as the others), and in logarithms where `log` is set.
 */
export abstract class NumericDistribution implements Distribution<number> {
  abstract readonly kind: 'float' | 'int';
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  /** The distance between neighbouring values, or null where they are continuous. */
  readonly step: number | null;

  protected constructor(low: number, high: number, log: boolean, step: number | null) {
    this.low = low;
    this.high = step === null ? high : lastStep(low, high, step);
    this.log = log;
    this.step = step;
  }

  get isSingle(): boolean {
    return this.low === this.high;
  }

  get first(): number {
    return this.low;
  }

  /** The sampling range's lower end. */
  get rangeLow(): number {
    return this.toRange(this.low - (this.step ?? 0) / 2);
  }

  /** The sampling range's upper end. */
  get rangeHigh(): number {
    return this.toRange(this.high + (this.step ?? 0) / 2);
  }

  /** A value's place in the sampling range. */
  toRange(value: number): number {
    return this.log ? Math.log(value) : value;
  }

  /** The value at a place of the sampling range: the nearest step (ties to even, as in Optuna), within the bounds. */
  fromRange(place: number): number {
    const exact = this.log ? Math.exp(place) : place;
    const value = this.step === null ? exact : this.low + roundHalfEven((exact - this.low) / this.step) * this.step;
    return Math.min(Math.max(value, this.low), this.high);
  }

  contains(value: unknown): boolean {
    if (typeof value !== 'number' || !(value >= this.low && value <= this.high)) return false;
    if (this.step === null) return true;
    const steps = (value - this.low) / this.step;
    // Optuna's 1e-8, and the rounding errors of the numbers themselves, in steps.
    const tolerance = 1e-8 + (4 * Number.EPSILON * Math.max(Math.abs(this.low), Math.abs(this.high))) / this.step;
    return Math.abs(steps - Math.round(steps)) < tolerance;
  }

  toInternal(value: ParamValue): number {
    if (typeof value === 'number' && this.contains(value)) return value;
    throw new HpoError('HPO_INVALID_ARGUMENT', `${shown(value)} is not a value of ${this}.`, {
      data: { value },
    });
  }

  abstract fromInternal(internal: number): number;

  equals(other: Distribution): boolean {
    return (
      isNumeric(other) &&
      other.kind === this.kind &&
      other.low === this.low &&
      other.high === this.high &&
      other.log === this.log &&
      other.step === this.step
    );
  }

  abstract toString(): string;
}

/**
 * Whether a distribution is of numbers. It goes by the kind and not by the class, since there may be two copies of this
 * module.
 */
export function isNumeric(distribution: Distribution): distribution is NumericDistribution {
  return distribution.kind !== 'categorical';
}

/**
 * The largest `low + k·step` that does not exceed `high`. It is computed in decimals as they are written, as Optuna
 * does, so that 0.1 + 2·0.1 is 0.3. A `high` that the next step rounds to stays, so that a distribution read back from
 * a database is the one that was stored.
 */
function lastStep(low: number, high: number, step: number): number {
  const places = Math.max(decimalPlaces(low), decimalPlaces(high), decimalPlaces(step));
  const [from, to, by] = [decimal(low, places), decimal(high, places), decimal(step, places)];
  const steps = (to - from) / by;
  const at = (k: bigint) => Number(`${from + k * by}e-${places}`);
  return at(steps + 1n) === high ? high : at(steps);
}

/** `low + count · step`, computed in decimals as they are written. */
export function stepsFrom(low: number, step: number, count: number): number {
  const places = Math.max(decimalPlaces(low), decimalPlaces(step));
  return Number(`${decimal(low, places) + BigInt(count) * decimal(step, places)}e-${places}`);
}

/** The number of digits behind the point when the number is written without an exponent. */
function decimalPlaces(value: number): number {
  const [digits = '', exponent = '0'] = String(value).split('e');
  const fraction = digits.split('.')[1]?.length ?? 0;
  return Math.max(0, fraction - Number(exponent));
}

/** The number in units of the last of `places` decimal places, which must be enough for it. */
function decimal(value: number, places: number): bigint {
  const [digits = '', exponent = '0'] = String(value).split('e');
  const [whole = '', fraction = ''] = digits.split('.');
  return BigInt(whole + fraction) * 10n ** BigInt(places - fraction.length + Number(exponent));
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

const FIELDS: Fields<NumericOptions> = { log: flag, step: positiveNumber };

/** Checks that hold for both kinds. @throws HpoError HPO_INVALID_SPACE naming the bound. */
export function checkBounds(kind: string, low: unknown, high: unknown, options: NumericOptions): void {
  const written = `${kind}(${shown(low)}, ${shown(high)})`;
  const fail = (problem: string): never => {
    throw new HpoError('HPO_INVALID_SPACE', `${written}: ${problem}`, { data: { low, high, ...options } });
  };
  for (const [name, bound] of [
    ['low', low],
    ['high', high],
  ] as const) {
    if (typeof bound !== 'number' || !Number.isFinite(bound)) {
      fail(wrongValue(`the bound \`${name}\``, bound, 'a finite number'));
    }
  }
  const [least, greatest] = [low as number, high as number];
  if (least > greatest) fail('the lower bound is above the upper bound; swap them.');
  checkFields(options, FIELDS, fail);
  const { log, step } = options;
  if (log && step !== undefined && !(kind === 'int' && step === 1)) {
    fail('`log` and `step` do not go together; leave one out.');
  }
  if (log && kind === 'float' && least <= 0) fail('with `log` the lower bound must be above 0.');
  if (log && kind === 'int' && least < 1) fail('with `log` the lower bound must be at least 1.');
}
