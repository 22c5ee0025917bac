import { randomUUID } from 'node:crypto';
import {
  type Dirent,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { HpoError } from '../../base/errors.ts';
import { flushFolder, flushPath } from '../../base/flush-folder.ts';
import { isObject } from '../../base/is-object.ts';
import { folderProblem, makeFolder } from '../../base/made-folder.ts';
import { removeUnused } from '../../base/remove-unused.ts';
import type { StepMark } from './kept-checkpoints.ts';

// Names and sizes are looked up and changed at once, since that takes a fraction of the time in which a call is handed
// to another thread. What waits for the disk, the flushes and the removal of large files, is handed over.

/** The file in each step's folder that names the attempt that wrote it (and its process, see {@link StepMark.writer}), and its files with their sizes in bytes. */
const MANIFEST = '.hpo-checkpoint.json';

/** More bytes than a manifest has: a larger file is not ours, and not read. */
const MOST_MANIFEST_BYTES = 2 ** 24;

interface Manifest {
  readonly attempt: number;
  readonly writer?: string | undefined;
  /** The sizes of the files in bytes, by their paths below the folder. */
  readonly files: Readonly<Record<string, number>>;
}

/** A step, and the attempt that wrote its folder. */
type Written = Omit<StepMark, 'trial'>;

/** The name of the folder of a step. */
export function stepName(step: number): string {
  return `step-${step}`;
}

/**
 * Writes the folder of a step in one go: it appears under its name when all of it is on the disk. A folder of this name
 * that an earlier attempt has left is replaced.
 *
 * @param place the trial's folder, made where it is missing.
 * @param former a folder of {@link retireStep} to write into; default: an empty one.
 * @throws HpoError HPO_LEASE_LOST if a later attempt has written the step; HPO_FOLDER or HPO_DISK; errors of `write`.
 */
export async function writeStep(
  place: string,
  { step, attempt, writer }: Written,
  write: (folder: string) => Promise<void>,
  former?: string,
): Promise<void> {
  await makePlace(place);
  const temporary = former ?? temporaryName(place, attempt);
  try {
    if (former === undefined) mkdirSync(temporary);
    await write(temporary);
    const files = filesBelow(temporary);
    const sizes = files.map(({ path, bytes }) => [relative(temporary, path).replaceAll('\\', '/'), bytes]);
    const manifest: Manifest = { attempt, ...(writer !== undefined && { writer }), files: Object.fromEntries(sizes) };
    writeFileSync(join(temporary, MANIFEST), JSON.stringify(manifest));
    await flushFolder(temporary);
    await takeName(temporary, place, step, attempt);
  } catch (error) {
    await removeUnused(temporary); // else a later attempt does
    throw error;
  }
}

/** Whether the folder of a step is there, was written by this attempt, and has all its files; behind no link. */
export async function isWhole(place: string, { step, attempt, writer }: Written): Promise<boolean> {
  try {
    if (!lstatSync(place).isDirectory()) return false;
    const folder = join(place, stepName(step));
    const manifest = readManifest(folder);
    if (manifest?.attempt !== attempt || (writer !== undefined && manifest.writer !== writer)) return false;
    for (const [path, bytes] of Object.entries(manifest.files)) {
      const file = lstatSync(join(folder, path));
      if (!file.isFile() || file.size !== bytes) return false;
    }
    return true;
  } catch {
    return false; // a file is missing
  }
}

/** The paths of the files and folders that were written into the folder of a step. */
export async function contentOf(folder: string): Promise<readonly string[]> {
  const names = readdirSync(folder).filter((name) => name !== MANIFEST);
  return names.map((name) => join(folder, name));
}

/** Removes the folder of a step; where that fails, it goes with the trial's folder. */
export async function removeStep(place: string, step: number): Promise<void> {
  await removeUnused(join(place, stepName(step)));
}

/**
 * Takes the name of a step that nobody uses any more from its folder, so that its files can be overwritten, which takes
 * a disk a fraction of the time of new ones. Not before the new name is on the disk: after a power loss, half an
 * overwritten file would stand under the old one.
 * @returns the path of the folder; undefined where that fails, and the folder is removed.
 */
export async function retireStep(place: string, step: number, attempt: number): Promise<string | undefined> {
  const retired = temporaryName(place, attempt);
  try {
    renameSync(join(place, stepName(step)), retired);
    await flushPath(place);
    return retired;
  } catch {
    await removeUnused(retired);
    await removeStep(place, step);
    return undefined;
  }
}

/**
 * Removes from a trial's folder the rubbish that attempts before this one have left: folders that were not finished, and
 * steps that are not among `named`. Later attempts' folders stay, since this one may have lost the trial to them.
 * @returns whether all of it is gone.
 */
export async function removeRubbish(place: string, attempt: number, named: readonly number[]): Promise<boolean> {
  const names = named.map(stepName);
  let isGone = true;
  for (const entry of entriesOf(place)) {
    if (names.includes(entry.name)) continue;
    const path = join(place, entry.name);
    const [, owner] = /^\.(?:new|old)-(\d+)-/.exec(entry.name) ?? [];
    const by = owner === undefined ? readManifest(path)?.attempt : Number(owner);
    const isStep = /^step-\d+$/.test(entry.name);
    if (by === undefined ? isStep : by < attempt) isGone = (await removeUnused(path)) && isGone;
  }
  return isGone;
}

/** The path of a folder for things that are not finished, of a name that {@link removeRubbish} knows. */
export function temporaryName(place: string, attempt: number): string {
  return join(place, `.new-${attempt}-${randomUUID()}`);
}

/**
 * Makes a trial's folder. A link of its name is removed, since nothing is to be written to where it leads.
 * @throws HpoError HPO_FOLDER or HPO_DISK.
 */
export async function makePlace(place: string): Promise<void> {
  const found = lstatSync(place, { throwIfNoEntry: false });
  if (found?.isDirectory()) return;
  if (found !== undefined) unlinkSync(place);
  const existing = firstExisting(dirname(place));
  makeFolder(place, 'checkpoints');
  // A folder is on the disk when the one above it is.
  for (let above = dirname(place); ; above = dirname(above)) {
    await flushPath(above).catch((error) => {
      throw folderProblem(above, 'checkpoints', error) ?? error;
    });
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
    renameSync(temporary, target);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!/^(ENOTEMPTY|EEXIST|ENOTDIR|EPERM)$/.test(code)) throw error;
    const other = readManifest(target);
    if (other !== undefined && other.attempt > attempt) {
      throw new HpoError('HPO_LEASE_LOST', `A later attempt at the trial has written ${target}.`);
    }
    renameSync(target, aside);
    isAside = true;
    renameSync(temporary, target);
  }
  await flushPath(place);
  if (isAside) await removeUnused(aside);
}

/** The manifest of a step's folder; undefined for anything else, and behind a link. */
function readManifest(folder: string): Manifest | undefined {
  try {
    if (!lstatSync(folder).isDirectory()) return undefined;
    const file = lstatSync(join(folder, MANIFEST));
    if (!file.isFile() || file.size > MOST_MANIFEST_BYTES) return undefined;
    const content: unknown = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8'));
    if (!isObject(content) || typeof content.attempt !== 'number' || !isObject(content.files)) return undefined;
    const writer = typeof content.writer === 'string' ? content.writer : undefined;
    return { attempt: content.attempt, writer, files: content.files as Manifest['files'] };
  } catch {
    return undefined;
  }
}

/** The regular files below a folder. Links are not followed. */
function filesBelow(folder: string): { readonly path: string; readonly bytes: number }[] {
  const files: { readonly path: string; readonly bytes: number }[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) files.push(...filesBelow(path));
    // A copy of an earlier checkpoint brings its manifest along.
    else if (entry.isFile() && entry.name !== MANIFEST) files.push({ path, bytes: lstatSync(path).size });
  }
  return files;
}

function entriesOf(folder: string): readonly Dirent[] {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() ? readdirSync(folder, { withFileTypes: true }) : [];
}
