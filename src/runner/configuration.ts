import type { FlatParams } from '../space/search-space.ts';
import type { Settings } from '../study/definition/definition.ts';

/** A configuration to train, checked against its study, with its origin as far as it is known. */
export interface Configuration {
  /** The parameters as they are stored, all that the space declares among them. */
  readonly params: FlatParams;
  /** The number of the trial; undefined for parameters from a file that names none. */
  readonly trial: number | undefined;
  readonly profile: string | undefined;
  /** All the settings of the study's trials; undefined where they are not known. */
  readonly settings: Settings | undefined;
  readonly studySeed: number | undefined;
  /** A line about each value that was filled in. */
  readonly warnings: readonly string[];
}
