import { HpoError } from '../../base/errors.ts';
import { type ImageSet, imageSize } from '../images/image-set.ts';
import type { OpenFile } from './open-file.ts';

/**
 * Images whose bytes stand one after the other in a file, each row by row, channels last. Each is read when it is
 * drawn: the system keeps the file in its memory once for all processes, and none needs memory for it.
 *
 * @param start the position of the first image in the file.
 * @throws HpoError HPO_DATA for a file that does not hold all images; so does `read` where it has been cut meanwhile.
 */
export function fileImages(
  file: OpenFile,
  start: number,
  { labels, imageShape, classes }: Pick<ImageSet, 'labels' | 'imageShape' | 'classes'>,
): ImageSet {
  const size = imageSize(imageShape);
  const image = new Uint8Array(size);
  const isCut = () =>
    new HpoError('HPO_DATA', `${file.path} has been cut: it holds fewer than ${labels.length} images`, {
      data: { path: file.path },
    });
  if (file.size < start + labels.length * size) throw isCut();
  return Object.freeze({
    labels,
    imageShape: Object.freeze([...imageShape] as const),
    classes: Object.freeze([...classes]),
    read(index: number) {
      if (!file.read(image, start + index * size)) throw isCut();
      return image;
    },
  });
}
