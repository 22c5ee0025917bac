import type { Requeue } from '../storage/storage.ts';
import type { Attributes, FrozenTrial } from '../trial/frozen-trial.ts';
import { keptReportsTo } from './checkpoints/kept-checkpoints.ts';
import { undoneJudgements } from './judgements.ts';
import { CHECKPOINTS_KEY } from './study-keys.ts';

/**
 * The way in which a trial that did not end goes back: with the reports and the judgements up to its last checkpoint.
 * The names of its checkpoints are stored together with that, since its process may have stored others meanwhile, whose
 * reports would be missing.
 *
 * @param trial as it was read.
 * @param systemAttrs further attributes, among them other checkpoints than the trial has.
 */
export function requeueOf(trial: FrozenTrial, systemAttrs: Attributes): Requeue {
  const checkpoints = trial.systemAttrs[CHECKPOINTS_KEY] ?? null;
  const attrs = { [CHECKPOINTS_KEY]: checkpoints, ...systemAttrs };
  const keepReportsTo = keptReportsTo({ ...trial, systemAttrs: { ...trial.systemAttrs, ...attrs } });
  return { keepReportsTo, systemAttrs: { ...attrs, ...undoneJudgements(trial, keepReportsTo) } };
}
