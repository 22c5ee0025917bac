import { HpoError } from '../../errors.ts';

/** How {@link tpe} searches. The defaults are Optuna's. */
export interface TpeOptions {
  /** So many COMPLETE or PRUNED trials there must be before the first that is not random; default 10. */
  readonly startupTrials?: number;
  /** How many values are drawn for each suggestion, of which the most promising is taken; default 24. */
  readonly candidates?: number;
  /** Choose the parameters that all trials share together and not each alone; default true. */
  readonly multivariate?: boolean;
  /** Take running trials for bad ones, so that parallel trials do not try the same; default true. */
  readonly constantLiar?: boolean;
  /** What the uniform-like prior weighs against one observation, above 0: more of it explores more; default 1. */
  readonly priorWeight?: number;
}

export const tpeDefaults: Required<TpeOptions> = Object.freeze({
  startupTrials: 10,
  candidates: 24,
  multivariate: true,
  constantLiar: true,
  priorWeight: 1,
});

/** @throws HpoError HPO_INVALID_STUDY naming the first option that is out of its range. */
export function checkTpeOptions(options: TpeOptions): void {
  const { startupTrials, candidates, multivariate, constantLiar, priorWeight } = { ...tpeDefaults, ...options };
  const check = (valid: boolean, name: string, value: unknown, wanted: string) => {
    if (valid) return;
    throw new HpoError('HPO_INVALID_STUDY', `tpe(): \`${name}\` is ${String(value)}; give ${wanted}.`, {
      data: { [name]: value },
    });
  };
  const isCount = (value: number, least: number) => Number.isSafeInteger(value) && value >= least;
  check(isCount(startupTrials, 0), 'startupTrials', startupTrials, 'a whole number, 0 or more');
  check(isCount(candidates, 1), 'candidates', candidates, 'a whole number, 1 or more');
  check(typeof multivariate === 'boolean', 'multivariate', multivariate, 'true or false');
  check(typeof constantLiar === 'boolean', 'constantLiar', constantLiar, 'true or false');
  check(Number.isFinite(priorWeight) && priorWeight > 0, 'priorWeight', priorWeight, 'a number above 0');
}
