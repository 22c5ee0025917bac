import { resolve } from 'node:path';
import { callback, checkFields, type OptionKind, refusal } from '../../../base/option-checks.ts';
import { shortHash } from '../../../base/short-hash.ts';
import { cacheFolder } from '../../cache-folder.ts';
import type { ImageSet } from '../../images/image-set.ts';
import { MOST_PIXELS } from '../../images/set-checks.ts';
import { fileImages } from '../file-images.ts';
import type { TaskOptions } from '../progress.ts';
import { decodedFile, headerBytes } from './decoded-file.ts';
import { listPictures } from './listing.ts';
import type { PictureForm } from './picture.ts';

/** The options of {@link imageFolder}. */
export interface ImageFolderOptions extends TaskOptions {
  /** 1 (grey), 3 (RGB, the default) or 4 (RGB and opacity), whatever the files have. */
  readonly channels?: 1 | 3 | 4;
  /**
   * [height, width] of the images: pictures of other sizes are scaled to cover it (bilinear, antialiased) and cut about
   * their centre. Default: as they are, all of one size.
   */
  readonly size?: readonly [height: number, width: number];
}

const channelCount: OptionKind = { wanted: '1, 3 or 4', accepts: (value) => [1, 3, 4].includes(value as number) };

const sizes: OptionKind = {
  wanted: `[height, width] of at most ${MOST_PIXELS} pixels`,
  accepts: (value) => {
    const sides: readonly unknown[] = Array.isArray(value) ? value : [];
    const [height, width] = sides as [number, number];
    return (
      sides.length === 2 &&
      sides.every((side) => Number.isInteger(side) && (side as number) > 0) &&
      height * width <= MOST_PIXELS
    );
  },
};

const opened = new Map<string, Promise<ImageSet>>();

/**
 * The PNG and JPEG files of a folder that has one subfolder for each class; the classes are the names of the subfolders
 * in order, as in torchvision's `ImageFolder`. The first use decodes every file into hpo's cache, which other processes
 * and later runs share, and names a broken one at once; a folder whose files change is decoded anew by the next process.
 * Later calls in a process return the same set.
 *
 * Colours are those in the files, without a profile or an orientation applied. Palettes become colours; of 16 bits the
 * upper 8 are taken; opacity is left out, not blended, unless there are 4 channels.
 *
 * @throws HpoError HPO_DATA in one line for a folder without images, a class without any, a file that cannot be read or
 *   decoded, pictures of different sizes (without `size`) or of more than 2²⁴ pixels.
 * @example
 * const set = await imageFolder('data/flowers');
 * const { train, validation } = split(set, { train: 0.8, validation: 0.2 }, 20, { stratified: true });
 */
export async function imageFolder(path: string, options: ImageFolderOptions = {}): Promise<ImageSet> {
  const fields = { channels: channelCount, size: sizes, log: callback, progress: callback, signal: true } as const;
  checkFields(options, fields, refusal('HPO_INVALID_ARGUMENT', 'imageFolder()'));
  const { channels = 3, size } = options;
  const place = JSON.stringify([resolve(path), channels, size]);
  const set = opened.get(place) ?? openFolder(path, place, { channels, size }, options);
  opened.set(place, set);
  set.catch(() => opened.delete(place));
  return set;
}

/**
 * The set of a folder as it is now, for {@link imageFolder}, which keeps it for its process.
 * @param place names the folder and the form of its pictures in the cache.
 */
export async function openFolder(
  path: string,
  place: string,
  form: PictureForm,
  options: TaskOptions,
): Promise<ImageSet> {
  const { files, labels, classes } = listPictures(path);
  const contents = shortHash(JSON.stringify(files), 16);
  const folder = cacheFolder('pictures', shortHash(place, 16));
  const { file, imageShape } = await decodedFile(folder, `${contents}.pixels`, files, form, options);
  return fileImages(file, headerBytes, { labels, imageShape, classes });
}
