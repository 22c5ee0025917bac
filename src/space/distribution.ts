/** A value that a parameter can take. Numeric parameters take finite numbers. */
export type ParamValue = string | number | boolean | null;

/**
 * The set of values that one parameter can take, immutable. There are three kinds, the same as Optuna's:
 * {@link FloatDistribution}, {@link IntDistribution} and {@link CategoricalDistribution}.
 *
 * @typeParam T the type of its values, from which the type of `params` follows.
 */
export interface Distribution<out T extends ParamValue = ParamValue> {
  /** The kind of the distribution. */
  readonly kind: 'float' | 'int' | 'categorical';

  /** Whether there is just one value to take, so that nothing is left to sample. */
  readonly isSingle: boolean;

  /** The lowest number or the first choice. */
  readonly first: T;

  /** Whether `value` is one of the values; for stepped real numbers within 1e-8 of a step, as in Optuna. */
  contains(value: unknown): boolean;

  /**
   * The number that stands for `value` in a database: the number itself, or the index of the choice.
   * @throws HpoError HPO_INVALID_ARGUMENT if `value` is not one of the values.
   */
  toInternal(value: ParamValue): number;

  /** The value that the number `internal` stands for: the inverse of {@link toInternal}. */
  fromInternal(internal: number): T;

  /** Whether all fields agree, bounds included. */
  equals(other: Distribution): boolean;

  /** The declaration that makes this distribution: `float(0.0001, 0.1, { log: true })`. */
  toString(): string;
}

/** The values of a distribution: `ValueOf<FloatDistribution>` is `number`. */
export type ValueOf<D> = D extends Distribution<infer T> ? T : never;
