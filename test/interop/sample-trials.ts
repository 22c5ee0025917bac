import { categorical } from '../../src/space/categorical-distribution.ts';
import { float } from '../../src/space/float-distribution.ts';
import { int } from '../../src/space/int-distribution.ts';
import type { TrialTemplate } from '../../src/storage/index.ts';

/** A parameter whose choices are of all types. */
export const UNITS = categorical([32, 64, null, 'many', true, 0.5]);
const [NAN, INF] = [Number.NaN, Number.POSITIVE_INFINITY];

/** Trials in every state, with all that a trial can hold. */
export const SAMPLE_TRIALS: readonly TrialTemplate[] = [
  {
    state: 'COMPLETE',
    values: [0.5],
    params: [
      { name: 'x', value: 0.25, distribution: float(0, 1) },
      { name: 'units', value: null, distribution: UNITS },
      { name: 'rate', value: 1e-5, distribution: float(1e-5, 0.1, { log: true }) },
      { name: 'stepped', value: 0.3, distribution: float(0, 0.95, { step: 0.1 }) },
      { name: 'layers', value: 3, distribution: int(1, 9, { step: 2 }) },
      { name: 'width', value: 1024, distribution: int(1, 1024, { log: true }) },
      { name: 'optimizer.adam.beta1 "é🎉"', value: -1e300, distribution: float(-1e300, 1e-300) },
    ],
    intermediateValues: new Map([
      [0, NAN],
      [1, INF],
      [2, -INF],
      [30, 0.1 + 0.2],
    ]),
    userAttrs: { note: 'it\'s "quoted" 🎉 \ud83c', deep: [1, { NaN: NAN, list: [INF, -INF, null] }] },
    systemAttrs: { 'hpo:owner': { host: 'a', pid: 7 }, fixed_params: { x: 0.25 } },
    startedAt: new Date('2024-02-29T23:59:59.999Z'),
    completedAt: new Date('2024-03-31T01:30:00.001Z'),
  },
  { state: 'PRUNED', values: [-INF], intermediateValues: new Map([[1, 1]]) },
  { state: 'PRUNED' },
  { state: 'FAIL', systemAttrs: { fail_reason: 'out of memory' } },
  { state: 'COMPLETE', values: [INF] },
  { state: 'RUNNING', params: [{ name: 'x', value: 1, distribution: float(0, 1) }] },
  { state: 'WAITING', systemAttrs: { fixed_params: { x: 0.125, units: 64 } }, userAttrs: { queued: true } },
];
