import type { JsonValue } from '../base/json.ts';
import { auto } from './auto.ts';
import type { GpOptions } from './gp/options.ts';
import { gp } from './gp/sampler.ts';
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
