import type { RunEvent } from '../../src/study/run-event.ts';

/** The first event of a run that minimises with two workers, apart from `fields`. */
export function runStarted(
  fields: Partial<Extract<RunEvent, { type: 'run-started' }>> = {},
): Extract<RunEvent, { type: 'run-started' }> {
  return {
    type: 'run-started',
    role: 'run',
    process: 'process 4711 on ada',
    study: 'study',
    storage: 'sqlite:///hpo.db',
    directions: ['minimize'],
    sampler: 'tpe',
    pruner: 'median',
    seed: 1,
    target: 30,
    targetFrom: 'file',
    counts: { complete: 0, pruned: 0, failed: 0 },
    best: undefined,
    workers: 2,
    device: undefined,
    profile: undefined,
    profileFrom: undefined,
    settings: {},
    folder: 'runs/study',
    continued: false,
    ...fields,
  };
}
