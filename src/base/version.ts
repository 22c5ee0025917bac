import { MANIFEST } from './manifest.ts';

/** The version of this package. */
export const VERSION: string = MANIFEST.version;
