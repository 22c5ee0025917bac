const brand = Symbol.for('hpo.trial-pruned');

/**
 * Thrown by an objective to end its trial as PRUNED. The trial's value is then its last intermediate value.
 * @example if (await trial.shouldPrune()) throw new TrialPruned();
 */
export class TrialPruned extends Error {
  readonly [brand] = true;

  constructor(message = 'The trial was pruned.') {
    super(message);
    this.name = 'TrialPruned';
  }

  /**
   * Whether a value is a TrialPruned. It goes by a brand: a study may have been loaded with a second copy of hpo, where
   * `instanceof` fails.
   */
  static is(value: unknown): value is TrialPruned {
    return typeof value === 'object' && value !== null && (value as { [brand]?: unknown })[brand] === true;
  }
}
