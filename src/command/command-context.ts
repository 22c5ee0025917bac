import type { Settings } from '../study/definition/definition.ts';
import type { Trial } from '../study/trial/trial.ts';

/** The part of its context that an objective made by {@link command} uses: any study's will do. */
export interface CommandContext {
  readonly trial: Trial;
  readonly params: object;
  readonly signal: AbortSignal;
  readonly studySeed: number;
  readonly settings?: Settings;
  /**
   * Takes what the program writes besides its reports; a promise makes the program wait. Default: that is not shown.
   */
  log?(message: string): Promise<void> | void;
}
