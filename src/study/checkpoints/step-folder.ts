import { randomUUID } from 'node:crypto';
import { type Dirent, existsSync } from 'node:fs';
import { lstat, mkdir, readdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { HpoError } from '../../base/errors.ts';
import { flushFolder, flushPath } from '../../base/flush-folder.ts';
import { isObject } from '../../base/is-object.ts';
import { makeFolder } from '../../base/made-folder.ts';
import { removeUnused } from '../../base/remove-unused.ts';

/** The file in each step's folder that names the attempt that wrote it, and its files with their sizes in bytes. */
const MANIFEST = '.hpo-checkpoint.json';

/** More bytes than a manifest has: a larger file is not ours, and not read. */
const MOST_MANIFEST_BYTES = 2 ** 24;

interface Manifest {
  readonly attempt: number;
  /** The sizes of the files in bytes, by their paths below the folder. */
  readonly files: Readonly<Record<string, number>>;
}

/** The name of the folder of a step. */
export function stepName(step: number): string {
  return `step-${step}`;
}

/**
 * Writes the folder of a step in one go: it appears under its name when all of it is on the disk. A folder of this name
 * that an earlier attempt has left is replaced.
 *
 * @param place the trial's folder, made where it is missing.
 * @throws HpoError HPO_LEASE_LOST if a later attempt has written the step; HPO_FOLDER or HPO_DISK; errors of `write`.
 */
export async function writeStep(
  place: string,
  { step, attempt }: { readonly step: number; readonly attempt: number },
  write: (folder: string) => Promise<void>,
): Promise<void> {
  await makePlace(place);
  const temporary = temporaryName(place, attempt);
  try {
    await mkdir(temporary);
    await write(temporary);
    const files = await filesBelow(temporary);
    const sizes = files.map(({ path, bytes }) => [relative(temporary, path).replaceAll('\\', '/'), bytes]);
    const manifest: Manifest = { attempt, files: Object.fromEntries(sizes) };
    await writeFile(join(temporary, MANIFEST), JSON.stringify(manifest));
    await flushFolder(temporary);
    await takeName(temporary, place, step, attempt);
  } catch (error) {
    await removeUnused(temporary); // else a later attempt does
    throw error;
  }
}

/** Whether the folder of a step is there, was written by this attempt, and has all its files; behind no link. */
export async function isWhole(
  place: string,
  { step, attempt }: { readonly step: number; readonly attempt: number },
): Promise<boolean> {
  try {
    if (!(await lstat(place)).isDirectory()) return false;
    const folder = join(place, stepName(step));
    const manifest = await readManifest(folder);
    if (manifest?.attempt !== attempt) return false;
    for (const [path, bytes] of Object.entries(manifest.files)) {
      const file = await lstat(join(folder, path));
      if (!file.isFile() || file.size !== bytes) return false;
    }
    return true;
  } catch {
    return false; // a file is missing
  }
}

/** The paths of the files and folders that were written into the folder of a step. */
export async function contentOf(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder)).filter((name) => name !== MANIFEST);
  return names.map((name) => join(folder, name));
}

/** Removes the folder of a step; where that fails, it goes with the trial's folder. */
export async function removeStep(place: string, step: number): Promise<void> {
  await removeUnused(join(place, stepName(step)));
}

/**
 * Removes from a trial's folder the rubbish that attempts before this one have left: folders that were not finished, and
 * steps that are not among `named`. Later attempts' folders stay, since this one may have lost the trial to them.
 * @returns whether all of it is gone.
 */
export async function removeRubbish(place: string, attempt: number, named: readonly number[]): Promise<boolean> {
  const names = named.map(stepName);
  let isGone = true;
  for (const entry of await entriesOf(place)) {
    if (names.includes(entry.name)) continue;
    const path = join(place, entry.name);
    const [, owner] = /^\.(?:new|old)-(\d+)-/.exec(entry.name) ?? [];
    const by = owner === undefined ? (await readManifest(path))?.attempt : Number(owner);
    const isStep = /^step-\d+$/.test(entry.name);
    if (by === undefined ? isStep : by < attempt) isGone = (await removeUnused(path)) && isGone;
  }
  return isGone;
}

/** The path of a folder for things that are not finished, of a name that {@link removeRubbish} knows. */
export function temporaryName(place: string, attempt: number): string {
  return join(place, `.new-${attempt}-${randomUUID()}`);
}

/** Makes a trial's folder. A link of its name is removed, since nothing is to be written to where it leads. */
export async function makePlace(place: string): Promise<void> {
  const found = await lstat(place).catch(() => undefined);
  if (found?.isDirectory()) return;
  if (found !== undefined) await unlink(place);
  const existing = firstExisting(dirname(place));
  makeFolder(place, 'checkpoints');
  // A folder is on the disk when the one above it is.
  for (let above = dirname(place); ; above = dirname(above)) {
    await flushPath(above);
    if (above === existing || above === dirname(above)) return;
  }
}

/** The nearest folder, this one or one above it, that is there. */
function firstExisting(folder: string): string {
  return existsSync(folder) || folder === dirname(folder) ? folder : firstExisting(dirname(folder));
}

/** Gives a finished folder its name. */
async function takeName(temporary: string, place: string, step: number, attempt: number): Promise<void> {
  const target = join(place, stepName(step));
  const aside = join(place, `.old-${attempt}-${randomUUID()}`);
  let isAside = false;
  try {
    await rename(temporary, target);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!/^(ENOTEMPTY|EEXIST|ENOTDIR|EPERM)$/.test(code)) throw error;
    const other = await readManifest(target);
    if (other !== undefined && other.attempt > attempt) {
      throw new HpoError('HPO_LEASE_LOST', `A later attempt at the trial has written ${target}.`);
    }
    await rename(target, aside);
    isAside = true;
    await rename(temporary, target);
  }
  await flushPath(place);
  if (isAside) await removeUnused(aside);
}

/** The manifest of a step's folder; undefined for anything else, and behind a link. */
async function readManifest(folder: string): Promise<Manifest | undefined> {
  try {
    if (!(await lstat(folder)).isDirectory()) return undefined;
    const file = await lstat(join(folder, MANIFEST));
    if (!file.isFile() || file.size > MOST_MANIFEST_BYTES) return undefined;
    const content: unknown = JSON.parse(await readFile(join(folder, MANIFEST), 'utf8'));
    if (!isObject(content) || typeof content.attempt !== 'number' || !isObject(content.files)) return undefined;
    return { attempt: content.attempt, files: content.files as Manifest['files'] };
  } catch {
    return undefined;
  }
}

/** The regular files below a folder. Links are not followed. */
async function filesBelow(folder: string): Promise<{ readonly path: string; readonly bytes: number }[]> {
  const files: { readonly path: string; readonly bytes: number }[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) files.push(...(await filesBelow(path)));
    // A copy of an earlier checkpoint brings its manifest along.
    else if (entry.isFile() && entry.name !== MANIFEST) files.push({ path, bytes: (await lstat(path)).size });
  }
  return files;
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  const found = await lstat(folder).catch(() => undefined);
  return found?.isDirectory() ? readdir(folder, { withFileTypes: true }) : [];
}
