import { type JsonValue, stringifyPythonJson } from '../../base/json.ts';
import {
  checkFields,
  type Fields,
  flag,
  fraction,
  numberFrom,
  oneOf,
  refusal,
  wholeNumberFrom,
  withDefaults,
} from '../../base/option-checks.ts';
import { shortHash } from '../../base/short-hash.ts';
import { flattenParams } from '../../space/nested-params.ts';
import type { FlatParams } from '../../space/search-space.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';

/** The options of {@link cmaEs}. */
export interface CmaEsOptions {
  /** The number of COMPLETE trials before the first one of a generation, from 1 on; default 1. */
  readonly startupTrials?: number;
  /** The number of trials of each generation, from 4 on; default 4 + ⌊3 ln d⌋ for d parameters. */
  readonly populationSize?: number;
  /** Learn each parameter's spread alone, not how parameters go together: for many parameters. Default false. */
  readonly separable?: boolean;
  /** Keep integers and stepped numbers from freezing at one value; default true. */
  readonly margin?: boolean;
  /** Learn which choices are good, too; otherwise they are drawn evenly. Default true. */
  readonly choices?: boolean;
  /**
   * The way to begin anew elsewhere when a search has converged: `ipop` with larger and larger generations, `bipop` with
   * large and small ones by turns, `none` to go on where it is. Default `ipop`.
   */
  readonly restarts?: 'ipop' | 'bipop' | 'none';
  /** The factor by which generations grow with a restart; default 2. */
  readonly growth?: number;
  /** Take smaller steps where trials are noisy or have many optima; default false. */
  readonly adaptLearningRate?: boolean;
  /** Count PRUNED trials by their last report; default false. */
  readonly considerPruned?: boolean;
  /** The parameters to begin at; those that are left out begin in the middle of their range. */
  readonly x0?: object;
  /** The deviation to begin with, as a share of each range; default 1/6. */
  readonly sigma0?: number;
  /** Another study's trials, whose best tenth says where to begin, and how wide. Default: none. */
  readonly sourceTrials?: readonly FrozenTrial[];
}

/** The options with their defaults. */
export interface CmaEsSettings {
  readonly startupTrials: number;
  readonly populationSize: number | undefined;
  readonly separable: boolean;
  readonly margin: boolean;
  readonly choices: boolean;
  readonly restarts: 'ipop' | 'bipop' | 'none';
  readonly growth: number;
  readonly adaptLearningRate: boolean;
  readonly considerPruned: boolean;
  readonly x0: FlatParams;
  readonly sigma0: number | undefined;
  readonly sourceTrials: readonly FrozenTrial[];
}

const FIELDS: Fields<CmaEsOptions> = {
  startupTrials: wholeNumberFrom(1),
  populationSize: wholeNumberFrom(4),
  separable: flag,
  margin: flag,
  choices: flag,
  restarts: oneOf('ipop', 'bipop', 'none'),
  growth: numberFrom(1, 100),
  adaptLearningRate: flag,
  considerPruned: flag,
  x0: true,
  sigma0: fraction,
  sourceTrials: {
    wanted: 'an array of at least one trial',
    accepts: (value) => Array.isArray(value) && value.length > 0,
  },
};

/**
 * Checks options.
 * @throws HpoError HPO_INVALID_STUDY naming the first option that is out of its range, or that does not go with another.
 */
export function cmaEsSettings(options: CmaEsOptions): CmaEsSettings {
  const refuse = refusal('HPO_INVALID_STUDY', 'cmaEs()');
  checkFields(options, FIELDS, refuse);
  const { sourceTrials, separable, adaptLearningRate } = options;
  if (sourceTrials && (options.x0 || options.sigma0 !== undefined || separable)) {
    refuse('`sourceTrials` say where to begin; leave `x0`, `sigma0` and `separable` out.');
  }
  if (separable && adaptLearningRate) refuse('`adaptLearningRate` and `separable` do not go together; leave one out.');
  const defaults = {
    startupTrials: 1,
    populationSize: undefined,
    separable: false,
    margin: true,
    choices: true,
    restarts: 'ipop',
    growth: 2,
    adaptLearningRate: false,
    considerPruned: false,
    sigma0: undefined,
    sourceTrials: [],
  } as const;
  const x0 = flattenParams(options.x0 ?? {}, (name, problem) => refuse(`\`${name}\` of \`x0\` ${problem}.`, { name }));
  return { ...withDefaults<object>(defaults, options), x0 } as CmaEsSettings;
}

/** The settings as they are kept with a study: of source trials their number, and a hash of what they found. */
export function storedSettings({ sourceTrials, ...settings }: CmaEsSettings): JsonValue {
  const found = sourceTrials.map(({ params, values, state }) => [params, values, state]);
  const sources = sourceTrials.length > 0 && {
    sourceTrials: `${sourceTrials.length} ${shortHash(stringifyPythonJson(found as JsonValue), 16)}`,
  };
  return { ...(JSON.parse(JSON.stringify(settings)) as Readonly<Record<string, JsonValue>>), ...sources };
}
