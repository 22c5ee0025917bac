import { HpoError } from '../../../base/errors.ts';
import type { ImageSet } from '../../images/image-set.ts';
import { checkEveryClassOccurs, checkImageShape, labelsOf, MOST_CLASSES } from '../../images/set-checks.ts';
import { fileImages } from '../file-images.ts';
import { type NpyFile, openNpy } from './npy-file.ts';

/** The files of {@link npyImages}. */
export interface NpyImagesOptions {
  /** Path of an array of uint8, [N, height, width] or [N, height, width, channels]. */
  readonly images: string;
  /** Path of an array of whole numbers of any type, [N] or [N, 1]: the class of each image, from 0. */
  readonly labels: string;
  /** Names of the classes. Default: their numbers, up to the highest label. */
  readonly classes?: readonly string[];
}

/**
 * Labelled images in two files of NumPy (`numpy.save`), each image read when it is drawn.
 *
 * @throws HpoError HPO_DATA in one line for a file that cannot be read, an array of another type or shape or in Fortran's
 *   order, files of different lengths, a label without a class, and a class without an image.
 * @example
 * const digits = npyImages({ images: 'x_train.npy', labels: 'y_train.npy' }); // MNIST: imageShape [28, 28, 1]
 */
export function npyImages({ images, labels, classes }: NpyImagesOptions): ImageSet {
  const pixels = openNpy(images);
  const { file, type, shape, start } = pixels;
  if (type !== '|u1' || shape.length < 3 || shape.length > 4) {
    throw unfit(pixels, 'images need uint8 and [N, height, width] or [N, height, width, channels]');
  }
  const [count = 0, height, width, channels = 1] = shape;
  const imageShape = [height, width, channels] as number[];
  checkImageShape(imageShape, images);
  const values = wholeNumbers(openNpy(labels));
  if (values.length !== count) {
    throw new HpoError('HPO_DATA', `${images} has ${count} images, and ${labels} has ${values.length} labels`, {
      data: { images: count, labels: values.length },
    });
  }
  const names = classes ?? numbersUpTo(values);
  const set = { labels: labelsOf(values, names, labels), imageShape, classes: names };
  checkEveryClassOccurs(set, labels);
  return fileImages(file, start, set);
}

/** The names of the classes up to the highest label; too many for a set where a label is too high. */
function numbersUpTo(labels: Float64Array): string[] {
  const highest = labels.reduce((most, label) => Math.max(most, label), 0);
  return Array.from({ length: Math.min(highest, MOST_CLASSES) + 1 }, (_, label) => String(label));
}

/** The elements of an array of whole numbers, [N] or [N, 1]. */
function wholeNumbers(array: NpyFile): Float64Array {
  const { file, type, shape, start } = array;
  const kind = /^([<>|])([iu])([1248])$/.exec(type);
  if (kind === null || shape.length < 1 || shape.length > 2 || (shape[1] ?? 1) !== 1) {
    throw unfit(array, 'labels need a type of whole numbers and [N]');
  }
  const bytes = Number(kind[3]);
  const count = shape[0] as number;
  const content = Buffer.alloc(Math.min(count * bytes, file.size));
  if (count * bytes > file.size || !file.read(content, start)) {
    throw new HpoError('HPO_DATA', `${file.path} has been cut: it holds fewer than ${count} labels`, {
      data: { path: file.path },
    });
  }
  const isSigned = kind[2] === 'i';
  if (kind[1] === '>' && bytes > 1) {
    for (let at = 0; at < content.length; at += bytes) content.subarray(at, at + bytes).reverse();
  }
  return Float64Array.from({ length: count }, (_, index) => {
    const at = index * bytes;
    if (bytes === 8) return Number(isSigned ? content.readBigInt64LE(at) : content.readBigUInt64LE(at));
    return isSigned ? content.readIntLE(at, bytes) : content.readUIntLE(at, bytes);
  });
}

function unfit({ file, type, shape }: NpyFile, wanted: string): HpoError {
  const is = `${file.path} holds ${type} of shape [${shape.join(', ')}]`;
  return new HpoError('HPO_DATA', `${is}; ${wanted}`, { data: { path: file.path, type, shape } });
}
