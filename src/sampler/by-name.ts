import { auto } from './auto.ts';
import { bruteForce } from './brute-force/sampler.ts';
import { cmaEs } from './cma-es/sampler.ts';
import { gp } from './gp/sampler.ts';
import { grid } from './grid/sampler.ts';
import { nsga2, nsga3 } from './nsga/sampler.ts';
import { qmc } from './qmc.ts';
import { random } from './random.ts';
import type { Sampler } from './sampler.ts';
import { tpe } from './tpe/sampler.ts';

/** A sampler that can be chosen by its name. */
export interface NamedSampler {
  /** The way it chooses parameters, in one line for people. */
  readonly summary: string;
  /** Makes the sampler with its defaults. */
  readonly make: () => Sampler;
}

/** The samplers by their names, the default first. */
export const SAMPLERS = {
  tpe: { summary: 'tries values that are more usual among the best trials than among the others', make: () => tpe() },
  auto: {
    summary: 'gp() or tpe(), by the study and its number of trials',
    make: auto,
  },
  gp: {
    summary: 'models the objective as a Gaussian process, and tries where it probably improves on the best',
    make: () => gp(),
  },
  cmaEs: {
    summary: 'draws from a normal distribution that turns towards better trials, for numbers and many trials',
    make: () => cmaEs(),
  },
  nsga2: {
    summary: 'breeds trials of the best and least crowded ones, for many trials and several directions',
    make: () => nsga2(),
  },
  nsga3: {
    summary: 'as nsga2(), but spreads trials over reference points, for three directions and more',
    make: () => nsga3(),
  },
  qmc: {
    summary: 'takes the points of a sequence that fills the space more evenly than random ones',
    make: () => qmc(),
  },
  grid: { summary: 'tries every combination of values once, and then ends', make: () => grid() },
  bruteForce: {
    summary: 'tries every combination that an objective asks for as it runs, and then ends',
    make: bruteForce,
  },
  random: { summary: 'draws every value with equal probability, whatever other trials found', make: random },
} as const satisfies Readonly<Record<string, NamedSampler>>;

export type SamplerName = keyof typeof SAMPLERS;

export const DEFAULT_SAMPLER: SamplerName = 'tpe';
