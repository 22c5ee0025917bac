export { auto } from './auto.ts';
export type { GpOptions } from './gp/options.ts';
export { gp } from './gp/sampler.ts';
export { type QmcOptions, qmc } from './qmc.ts';
export { random } from './random.ts';
export type { Draw, Sampler, StartingTrial } from './sampler.ts';
export type { TpeOptions } from './tpe/options.ts';
export { tpe } from './tpe/sampler.ts';
