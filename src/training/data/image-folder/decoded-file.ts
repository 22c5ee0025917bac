import { type FileHandle, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HpoError } from '../../../base/errors.ts';
import { folderProblem } from '../../../base/made-folder.ts';
import { type ImageSet, imageSize } from '../../images/image-set.ts';
import { withFolderLock } from '../folder-lock.ts';
import { OpenFile, unreadable } from '../open-file.ts';
import { type TaskOptions, throttled } from '../progress.ts';
import type { PictureFile } from './listing.ts';
import { decodePicture, type Picture, type PictureForm } from './picture.ts';

/** Decoded pictures: three 32-bit numbers, little-endian (height, width, channels), then one image after the other. */
export interface DecodedFile {
  readonly file: OpenFile;
  readonly imageShape: ImageSet['imageShape'];
}

/** The position of the first image in the file. */
export const headerBytes = 12;

/** Pictures that are decoded at a time: libvips has four threads. */
const atOnce = 4;

/**
 * Decodes pictures into one file of the cache, unless it is there: once for all processes and runs, since decoding an
 * image takes as long as training on it. Files that the folder holds of older pictures go.
 *
 * @param folder of the cache, for the pictures of one place.
 * @param name of the file, another for other pictures.
 * @throws HpoError HPO_DATA in one line that names a picture that cannot be read or is broken, or two of different sizes;
 *   HPO_FOLDER or HPO_DISK where the cache takes no files.
 */
export async function decodedFile(
  folder: string,
  name: string,
  pictures: readonly PictureFile[],
  form: PictureForm,
  options: TaskOptions,
): Promise<DecodedFile> {
  const path = join(folder, name);
  const known = openDecoded(path, pictures.length);
  if (known) return known;
  return withFolderLock(folder, 'decoding the pictures', options, async (signal) => {
    const made = openDecoded(path, pictures.length);
    if (made) return made;
    const partial = `${path}.partial`;
    try {
      options.log?.(`decoding ${pictures.length} pictures into ${path}`);
      const output = await open(partial, 'w');
      try {
        await decodeAll(output, pictures, form, { ...options, signal });
        await output.sync();
      } finally {
        await output.close();
      }
      await rename(partial, path);
      const old = (await readdir(folder)).filter((other) => other.endsWith('.pixels') && other !== name);
      await Promise.all(old.map((other) => rm(join(folder, other), { force: true }).catch(() => {}))); // one in use may stay
    } catch (reason) {
      await rm(partial, { force: true }).catch(() => {});
      throw HpoError.is(reason) ? reason : (folderProblem(folder, 'cache', reason) ?? reason);
    }
    return openDecoded(path, pictures.length) as DecodedFile;
  });
}

/** The file at a path; undefined where there is none, or one that was cut. */
function openDecoded(path: string, count: number): DecodedFile | undefined {
  try {
    const file = new OpenFile(path);
    const header = new Uint8Array(headerBytes);
    if (!file.read(header, 0)) return undefined;
    const [height, width, channels] = new Uint32Array(header.buffer) as unknown as [number, number, number];
    const imageShape = [height, width, channels] as const;
    return file.size === headerBytes + count * imageSize(imageShape) ? { file, imageShape } : undefined;
  } catch {
    return undefined;
  }
}

async function decodeAll(
  output: FileHandle,
  pictures: readonly PictureFile[],
  form: PictureForm,
  { signal, progress = () => {} }: TaskOptions,
): Promise<void> {
  const report = throttled(progress);
  const total = pictures.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  let first: Picture['shape'] | undefined;
  for (let start = 0; start < pictures.length; start += atOnce) {
    signal?.throwIfAborted();
    const some = pictures.slice(start, start + atOnce);
    const decoded = await Promise.all(some.map(({ path }) => decode(path, form)));
    for (const [at, { shape, bytes }] of decoded.entries()) {
      const { path, bytes: fileBytes } = some[at] as PictureFile;
      if (first === undefined) {
        first = shape;
        await output.write(new Uint8Array(Uint32Array.from(shape).buffer));
      }
      if (shape[0] !== first[0] || shape[1] !== first[1]) throw differ(pictures[0] as PictureFile, first, path, shape);
      await output.write(bytes);
      done += fileBytes;
      report({ label: 'pictures', done, total, unit: 'bytes' });
    }
  }
}

async function decode(path: string, form: PictureForm): Promise<Picture> {
  const content = await readFile(path).catch((reason) => {
    throw unreadable(path, reason);
  });
  return decodePicture(path, content, form);
}

function differ(
  first: PictureFile,
  [height, width]: Picture['shape'],
  path: string,
  shape: Picture['shape'],
): HpoError {
  return new HpoError(
    'HPO_DATA',
    `${path} has ${shape[1]}×${shape[0]} pixels, and ${first.path} has ${width}×${height}: make them the same size, or give one, as \`size: [${height}, ${width}]\``,
    { data: { first: first.path, other: path } },
  );
}
