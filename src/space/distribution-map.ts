import type { Distribution } from './distribution.ts';

/** Distributions by the name of their parameter, in the order in which they are sampled. */
export type DistributionMap = ReadonlyMap<string, Distribution>;
