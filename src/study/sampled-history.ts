import type { History } from '../history/history.ts';
import { type Pruner, peersOf } from '../pruner/pruner.ts';
import type { Sampler } from '../sampler/sampler.ts';

/** The trials that a sampler sees when it chooses for a trial: those that compete with it, or all where it needs all. */
export function sampledHistory(
  { sampler, pruner }: { readonly sampler: Sampler; readonly pruner: Pruner },
  trial: { readonly number: number },
  history: History,
): History {
  return sampler.seesAllTrials ? history : peersOf(trial, history, pruner);
}
