import type { Pruner } from './pruner.ts';

/** Never prunes: every trial runs to its end. */
export function nop(): Pruner {
  return Object.freeze({ name: 'nop', ignoresRunningReports: true, judge: () => false });
}
