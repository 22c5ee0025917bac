import type { JsonValue } from '../base/json.ts';
import { auto } from './auto.ts';
import { bruteForce } from './brute-force/sampler.ts';
import type { CmaEsOptions } from './cma-es/options.ts';
import { cmaEs } from './cma-es/sampler.ts';
import type { GpOptions } from './gp/options.ts';
import { gp } from './gp/sampler.ts';
import { grid } from './grid/sampler.ts';
import type { SearchGrid } from './grid/search-grid.ts';
import type { Nsga3Options, NsgaOptions } from './nsga/options.ts';
import { nsga2, nsga3 } from './nsga/sampler.ts';
import { type QmcOptions, qmc } from './qmc.ts';
import { random } from './random.ts';
import type { Sampler } from './sampler.ts';
import type { TpeOptions } from './tpe/options.ts';
import { tpe } from './tpe/sampler.ts';

/** A sampler that can be chosen by its name. */
export interface NamedSampler {
  /** The way it chooses parameters, in one line for people. */
  readonly summary: string;
  /**
   * Makes the sampler.
   * @param options those of {@link Sampler.options}, as a study keeps them. Default: its defaults.
   * @throws HpoError HPO_INVALID_STUDY for options that it does not have.
   */
  readonly make: (options?: JsonValue) => Sampler;
}

const samplers = {
  auto: {
    summary: 'gp(), and from 400 trials on tpe(), too',
    make: () => auto(),
  },
  gp: {
    summary: 'models the objective as a Gaussian process, and tries where it probably improves on the best',
    make: (options) => gp(options as GpOptions | undefined),
  },
  tpe: {
    summary: 'tries values that are more usual among the best trials than among the others',
    make: (options) => tpe(options as TpeOptions | undefined),
  },
  cmaEs: {
    summary: 'draws from a normal distribution that turns towards better trials, for numbers and many trials',
    make: (options) => cmaEs(options as CmaEsOptions | undefined),
  },
  nsga2: {
    summary: 'breeds trials of the best and least crowded ones, for many trials and several directions',
    make: (options) => nsga2(options as NsgaOptions | undefined),
  },
  nsga3: {
    summary: 'as nsga2(), but spreads trials over reference points, for three directions and more',
    make: (options) => nsga3(options as Nsga3Options | undefined),
  },
  qmc: {
    summary: 'takes the points of a sequence that fills the space more evenly than random ones',
    make: (options) => qmc(options as QmcOptions | undefined),
  },
  grid: {
    summary: 'tries every combination of values once, and then ends',
    make: (options) => grid((options as { readonly values: SearchGrid } | undefined)?.values),
  },
  bruteForce: {
    summary: 'tries every combination that an objective asks for as it runs, and then ends',
    make: () => bruteForce(),
  },
  random: { summary: 'draws every value with equal probability, whatever other trials found', make: () => random() },
} satisfies Readonly<Record<string, NamedSampler>>;

export type SamplerName = keyof typeof samplers;

/** The samplers by their names, the default first. */
export const SAMPLERS: Readonly<Record<SamplerName, NamedSampler>> = samplers;

export const DEFAULT_SAMPLER: SamplerName = 'auto';

/** Whether a text is the name of a sampler. */
export function isSamplerName(name: string): name is SamplerName {
  return Object.hasOwn(SAMPLERS, name);
}
