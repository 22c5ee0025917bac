import { cp, lstat, mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { contentOf } from '../study/checkpoints/step-folder.ts';
import type { Checkpoints } from '../study/trial/checkpoints.ts';

/** The checkpoints of hpo's own trials, which have room for what a program writes. */
type Roomy = Checkpoints & {
  scratchFolder(): Promise<string>;
  removeScratch(folder: string): Promise<void>;
};

/**
 * The checkpoints that a program writes by itself: the state of a step as a file or a folder of its own in {@link
 * folder}, which is moved into the trial's checkpoints when the program says that it is complete. Nothing is written to
 * it afterwards, however fast the program goes on.
 */
export class ProgramCheckpoints {
  /** The folder that the program writes to, empty at first. */
  readonly folder: string;
  /** The path of the file or folder that the program is to go on from; undefined where it begins. */
  readonly last: string | undefined;
  /** The step of {@link last}. */
  readonly lastStep: number | undefined;
  readonly #checkpoints: Checkpoints;

  private constructor(checkpoints: Checkpoints, folder: string, last: string | undefined) {
    this.#checkpoints = checkpoints;
    this.folder = folder;
    this.last = last;
    this.lastStep = checkpoints.last?.step;
  }

  /** @param temporary a folder for what the program writes where the checkpoints have no room for it. */
  static async open(checkpoints: Checkpoints, temporary: string): Promise<ProgramCheckpoints> {
    const { last } = checkpoints;
    const [only, ...others] = last === undefined ? [] : await contentOf(last.folder);
    const from = others.length === 0 ? only : last?.folder;
    return new ProgramCheckpoints(checkpoints, await roomOf(checkpoints, temporary), from);
  }

  /**
   * Keeps a checkpoint.
   * @param path the name of its file or folder in {@link folder}.
   * @returns the problem with the path, and keeps nothing; undefined where there is none.
   */
  async keep(step: number, path: string): Promise<string | undefined> {
    const source = join(this.folder, path);
    if (path === '' || path !== basename(path) || path.startsWith('..') || /[\\\0]/.test(path)) {
      return `${JSON.stringify(path)} is not the name of a file or folder in $HPO_CHECKPOINT_FOLDER`;
    }
    const found = await lstat(source).catch(() => undefined);
    if (!found?.isFile() && !found?.isDirectory()) {
      return `there is no file or folder ${JSON.stringify(path)} in $HPO_CHECKPOINT_FOLDER; write it before`;
    }
    await this.#checkpoints.keep(step, (folder) => move(source, join(folder, path)));
    return undefined;
  }

  /** Removes what the program has left in its folder. */
  async close(): Promise<void> {
    if (isRoomy(this.#checkpoints)) await this.#checkpoints.removeScratch(this.folder).catch(() => undefined);
  }
}

/** A folder on the disk of the checkpoints, so that nothing is copied; a temporary one where none can be made there. */
async function roomOf(checkpoints: Checkpoints, temporary: string): Promise<string> {
  const own = isRoomy(checkpoints) ? await checkpoints.scratchFolder().catch(() => undefined) : undefined;
  if (own !== undefined) return own;
  await mkdir(temporary);
  return temporary;
}

function isRoomy(checkpoints: Checkpoints): checkpoints is Roomy {
  return 'scratchFolder' in checkpoints; // by another copy of hpo, too
}

async function move(source: string, target: string): Promise<void> {
  try {
    await rename(source, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error; // another file system
    await cp(source, target, { recursive: true, verbatimSymlinks: true });
    await rm(source, { recursive: true, force: true });
  }
}
