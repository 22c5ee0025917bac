export { random } from './random.ts';
export type { SampledTrial, Sampler } from './sampler.ts';
export type { TpeOptions } from './tpe/options.ts';
export { tpe } from './tpe/sampler.ts';
