import { checkBounds, NumericDistribution, type NumericOptions } from './numeric-distribution.ts';

/** Real numbers from `low` to `high`, both included. */
export class FloatDistribution extends NumericDistribution {
  readonly kind = 'float';

  constructor(low: number, high: number, options: NumericOptions = {}) {
    checkBounds('float', low, high, options);
    super(low, high, options.log ?? false, options.step ?? null);
    Object.freeze(this);
  }

  fromInternal(internal: number): number {
    return internal;
  }

  override toString(): string {
    const options = [this.log ? 'log: true' : '', this.step === null ? '' : `step: ${this.step}`].filter(Boolean);
    return `float(${this.low}, ${this.high}${options.length > 0 ? `, { ${options.join(', ')} }` : ''})`;
  }
}

/**
 * A real parameter from `low` to `high`, both included; `low === high` is allowed and leaves nothing to sample.
 *
 * @param options `log` spreads the draws evenly over the logarithm (then `low > 0`); `step` takes only `low`,
 *   `low + step`, … and lowers `high` to the last of them. Not both.
 * @throws HpoError HPO_INVALID_SPACE for a bound that is not finite, `low > high`, or options that do not go together.
 * @example float(1e-4, 1e-1, { log: true })
 */
export function float(low: number, high: number, options: NumericOptions = {}): FloatDistribution {
  return new FloatDistribution(low, high, options);
}
