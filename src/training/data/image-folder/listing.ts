import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { HpoError } from '../../../base/errors.ts';
import { labelsOf } from '../../images/set-checks.ts';
import { unreadable } from '../open-file.ts';

/** A picture's file, as it was seen in its folder. */
export interface PictureFile {
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

/** The pictures of a folder, class by class. */
export interface Listing {
  /** The names of the subfolders, in the order of their UTF-16 codes. */
  readonly classes: readonly string[];
  /** In the order of the classes, and within one of their paths. */
  readonly files: readonly PictureFile[];
  /** Class of each file. */
  readonly labels: Uint16Array;
}

const PICTURE = /\.(png|jpe?g)$/i;
const MOST_BYTES = 2 ** 27;

/**
 * Lists the pictures of a folder that has one subfolder for each class. Files beside the subfolders, those of other
 * kinds and all whose names begin with a dot are left out; pictures may stand in folders below a class's own.
 *
 * @throws HpoError HPO_DATA in one line for a folder that cannot be read, has no subfolders, or has one without a
 *   picture, and for a picture of more than 128 MiB.
 */
export function listPictures(folder: string): Listing {
  const classes = visible(folder)
    .filter(
      (entry) => entry.isDirectory() || (entry.isSymbolicLink() && statOf(join(folder, entry.name)).isDirectory()),
    )
    .map(({ name }) => name);
  if (classes.length === 0) {
    throw new HpoError(
      'HPO_DATA',
      `${folder} has no images: put those of each class, PNG or JPEG, into a subfolder with the name of the class`,
      { data: { folder } },
    );
  }
  const byClass = classes.map((name) => {
    const files = picturesBelow(join(folder, name));
    if (files.length > 0) return files;
    throw new HpoError(
      'HPO_DATA',
      `class ${JSON.stringify(name)} has no images: ${join(folder, name)} holds no PNG or JPEG file; add some, or remove the folder`,
      { data: { class: name } },
    );
  });
  const labels = labelsOf(
    byClass.flatMap((files, label) => files.map(() => label)),
    classes,
    folder,
  );
  return { classes, files: byClass.flat(), labels };
}

function picturesBelow(folder: string): PictureFile[] {
  return visible(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return picturesBelow(path);
    if (!PICTURE.test(entry.name)) return [];
    const status = statOf(path);
    if (!status.isFile()) return [];
    if (status.size > MOST_BYTES) {
      throw new HpoError('HPO_DATA', `${path} has ${status.size} bytes; a picture may have ${MOST_BYTES}`, {
        data: { path, bytes: status.size },
      });
    }
    return [{ path, bytes: status.size, modifiedMs: status.mtimeMs }];
  });
}

/** The entries of a folder whose names do not begin with a dot, in the order of their names. */
function visible(folder: string): Dirent[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'));
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (reason) {
    throw unreadable(folder, reason);
  }
}

function statOf(path: string) {
  try {
    return statSync(path);
  } catch (reason) {
    throw unreadable(path, reason);
  }
}
