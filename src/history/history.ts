import type { Direction } from '../trial/direction.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';

/** What a sampler or a pruner may know of the study that asks it. Read-only and valid for the one call. */
export interface StudyView {
  readonly name: string;
  readonly directions: readonly Direction[];
  /** Every trial of the study in the order of their numbers, whoever made them and whatever their state. */
  readonly trials: readonly FrozenTrial[];
}
