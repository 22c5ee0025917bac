import { readFileSync } from 'node:fs';
import { PACKAGE_ROOT } from './package-root.ts';

/** The parts of this package's package.json that programs read. */
interface Manifest {
  readonly version: string;
  /** The packages that some of its users install beside it. */
  readonly peerDependencies: Readonly<Record<string, string>>;
  /** The versions that it is developed and tested with. */
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** This package's package.json. */
export const MANIFEST = JSON.parse(readFileSync(new URL('package.json', PACKAGE_ROOT), 'utf8')) as Manifest;
