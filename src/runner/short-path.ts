import { relative } from 'node:path';

/** A path as the user would write it: relative where it lies below the working directory. */
export function shortPath(path: string): string {
  const below = relative(process.cwd(), path);
  return below === '' || below.startsWith('..') ? path : below;
}
