import type { FrozenTrial } from '../../src/trial/frozen-trial.ts';

/** A trial for tests: complete with value 0 and nothing else, apart from `fields`; `id` is the number. */
export function frozenTrial(number: number, fields: Partial<FrozenTrial> = {}): FrozenTrial {
  const state = fields.state ?? 'COMPLETE';
  return Object.freeze({
    id: number,
    number,
    state,
    params: {},
    distributions: {},
    values: state === 'COMPLETE' ? [0] : null,
    intermediateValues: new Map(),
    userAttrs: {},
    systemAttrs: {},
    startedAt: null,
    completedAt: null,
    ...fields,
  });
}
