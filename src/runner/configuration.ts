import type { FlatParams } from '../space/search-space.ts';
import type { Settings } from '../study/definition/definition.ts';

/** A configuration to train, checked against its study, and what is known of where it comes from. */
export interface Configuration {
  /** As they are stored, each that the space declares among them. */
  readonly params: FlatParams;
  /** The number of the trial; undefined for parameters from a file that names none. */
  readonly trial: number | undefined;
  readonly profile: string | undefined;
  /** The settings of the trials, all that the study has; undefined where they are not known. */
  readonly settings: Settings | undefined;
  readonly studySeed: number | undefined;
  /** A line about each thing that was filled in. */
  readonly warnings: readonly string[];
}
