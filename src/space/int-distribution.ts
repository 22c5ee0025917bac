import { HpoError } from '../base/errors.ts';
import { checkBounds, NumericDistribution, type NumericOptions } from './numeric-distribution.ts';

/** Whole numbers from `low` to `high`, both included, `step` apart. */
export class IntDistribution extends NumericDistribution {
  readonly kind = 'int';
  declare readonly step: number;

  /**
   * @param origin `declared` in a study, which refuses bounds that a number cannot hold exactly, or `stored` in a
   *   database, whose bounds are taken as near as a number goes.
   */
  constructor(low: number, high: number, options: NumericOptions = {}, origin: 'declared' | 'stored' = 'declared') {
    checkBounds('int', low, high, options);
    for (const value of [low, high, options.step ?? 1]) {
      const isRight = origin === 'stored' ? Number.isInteger(value) : Number.isSafeInteger(value);
      if (!isRight) {
        const problem = Number.isInteger(value) ? 'beyond ±(2^53 - 1)' : 'not a whole number';
        throw new HpoError('HPO_INVALID_SPACE', `int(${low}, ${high}): ${value} is ${problem}; use float().`, {
          data: { low, high, ...options },
        });
      }
    }
    super(low, high, options.log ?? false, options.step ?? 1);
    Object.freeze(this);
  }

  /** Whether the bounds are exactly those that were declared; false where they are beyond 2^53. */
  get isExact(): boolean {
    return Number.isSafeInteger(this.low) && Number.isSafeInteger(this.high);
  }

  override contains(value: unknown): boolean {
    return super.contains(value) && ((value as number) - this.low) % this.step === 0;
  }

  fromInternal(internal: number): number {
    return Math.round(internal);
  }

  override toString(): string {
    const options = [this.log ? 'log: true' : '', this.step === 1 ? '' : `step: ${this.step}`].filter(Boolean);
    return `int(${this.low}, ${this.high}${options.length > 0 ? `, { ${options.join(', ')} }` : ''})`;
  }
}

/**
 * A whole parameter from `low` to `high`, both included; `low === high` is allowed and leaves nothing to sample.
 *
 * @param options `log` spreads the draws evenly over the logarithm (then `low >= 1`, no step); `step` (default 1)
 *   takes only `low`, `low + step`, … and lowers `high` to the last of them.
 * @throws HpoError HPO_INVALID_SPACE for a bound that is not whole, `low > high`, or options that do not go together.
 * @example int(1, 1024, { log: true })
 */
export function int(low: number, high: number, options: NumericOptions = {}): IntDistribution {
  return new IntDistribution(low, high, options);
}
