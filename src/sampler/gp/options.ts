import { checkFields, type Fields, refusal, wholeNumberFrom, withDefaults } from '../../base/option-checks.ts';

/** The options of {@link gp}. */
export interface GpOptions {
  /** The number of COMPLETE or PRUNED trials before the first one that the model chooses; default 10. */
  readonly startupTrials?: number;
}

const defaults: Required<GpOptions> = Object.freeze({ startupTrials: 10 });

const FIELDS: Fields<GpOptions> = { startupTrials: wholeNumberFrom(2) };

/** Checks options. @throws HpoError HPO_INVALID_STUDY naming the first option that is out of its range. */
export function gpSettings(options: GpOptions): Required<GpOptions> {
  checkFields(options, FIELDS, refusal('HPO_INVALID_STUDY', 'gp()'));
  return withDefaults(defaults, options);
}
