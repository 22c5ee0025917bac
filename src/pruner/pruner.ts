import type { StudyView } from '../history/history.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';

/** Decides whether a running trial is hopeless. */
export interface Pruner {
  /** What the pruner is called in listings, for example `median`. */
  readonly name: string;

  /** Whether to stop `trial` now, judged by what it has reported and by the other trials of the study. */
  shouldPrune(study: StudyView, trial: FrozenTrial): boolean;
}
