export { median } from './median.ts';
export { nop } from './nop.ts';
export { percentile } from './percentile.ts';
export type { PercentileOptions } from './percentile-rule.ts';
export type { Judgement, Pruner } from './pruner.ts';
