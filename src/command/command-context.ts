import type { Settings } from '../study/definition/definition.ts';
import type { Trial } from '../study/trial/trial.ts';

/** The part of its context that an objective made by {@link command} uses; every study's context has it. */
export interface CommandContext {
  readonly trial: Trial;
  readonly params: object;
  readonly signal: AbortSignal;
  readonly studySeed: number;
  readonly settings?: Settings;
  /**
   * Takes the output of the program other than its reports; a promise makes the program wait. Default: it is dropped.
   */
  log?(message: string): Promise<void> | void;
}
