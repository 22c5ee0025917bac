import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { tempFolder } from '../temp-folder.ts';

/** The end of the name of a test that needs a {@link preload}ed library, where none can be built. */
export const PRELOAD_NOTE = ' (skipped: this needs Linux and gcc)';

/**
 * Builds the C file of this name in this folder as a library to be loaded with LD_PRELOAD.
 * @returns its path; undefined where it cannot be built.
 */
export function preload(name: string): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const library = join(tempFolder(), `${name}.so`);
  const source = join(import.meta.dirname, `${name}.c`);
  const { status, stderr } = spawnSync('gcc', ['-O1', '-shared', '-fPIC', '-o', library, source, '-ldl'], {
    encoding: 'utf8',
  });
  if (status !== null && status !== 0) throw new Error(stderr); // there is a compiler, and the source is wrong
  return status === 0 ? library : undefined;
}
