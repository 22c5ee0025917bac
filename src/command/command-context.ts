import type { Settings } from '../study/definition/definition.ts';
import type { Trial } from '../study/trial/trial.ts';

/** The part of its context that an objective made by {@link command} uses; every study's context has it. */
export interface CommandContext {
  readonly trial: Trial;
  /** The parameters as the objective receives them. */
  readonly params: object;
  /** Aborted when the trial's time is up or the run is stopped at once; then the program is ended. */
  readonly signal: AbortSignal;
  readonly studySeed: number;
  /** The settings of the study, for placeholders `{settings.…}`. Default: none. */
  readonly settings?: Settings;
  /**
   * Takes the output of the program other than its reports; a promise makes the program wait. Default: it is dropped.
   */
  log?(message: string): Promise<void> | void;
}
