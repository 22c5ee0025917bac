import type { ImageSelection, ImageSet } from '../images/image-set.ts';
import { measure } from '../images/measure.ts';
import type { Normalisation } from '../images/normalisation.ts';
import { type GradCamOptions, gradCam, lastMaps } from './grad-cam.ts';
import type { LayerChoice } from './model-graph.ts';
import { channelOf, heated, inRgb, type Picture, reduced, stacked, strip } from './picture.ts';
import type { Predictions } from './predictions.ts';

/** Writes a picture under a name, which the ending follows. */
export type PictureWriter = (name: string, picture: Picture) => Promise<void>;

/** The greatest side of an image's picture, in pixels; larger images are reduced. */
const mostPixels = 96;
/** The most classes of which samples are shown. */
const mostClasses = 50;
/** The images whose channels are shown, each of another class, and the most whose moments are taken. */
const shownImages = 10;
const measuredImages = 2000;

/** The parts that the pictures of misclassified images are made of. */
export interface MistakesOptions extends Pick<GradCamOptions, 'model' | 'data' | 'signal'> {
  readonly normalisation: Normalisation;
  readonly mapLayer?: LayerChoice;
}

/**
 * Writes the misclassified images of greatest confidence, `mistake-1` and so on, each with its Grad-CAM for the wrong
 * class, `mistake-1-map`, if the model has maps of features.
 *
 * @returns the number of misclassified images, and the classes and confidence of those that are shown.
 */
export async function writeMistakes(
  options: MistakesOptions,
  { classes, confidences }: Predictions,
  most: number,
  write: PictureWriter,
) {
  const { model, data, normalisation, mapLayer, signal } = options;
  const { set, indices } = data;
  const wrong = [...indices.keys()].filter((at) => classes[at] !== set.labels[indices[at] as number]);
  wrong.sort((a, b) => (confidences[b] as number) - (confidences[a] as number) || a - b);
  const shown = wrong.slice(0, most);
  const chosen = { set, indices: Uint32Array.from(shown, (at) => indices[at] as number) };
  const maps =
    shown.length === 0 || (mapLayer ?? lastMaps(model)) === undefined
      ? undefined
      : await gradCam({
          model,
          data: chosen,
          normalisation,
          ...(mapLayer !== undefined && { layer: mapLayer }),
          ...(signal && { signal }),
        });
  const size = set.imageShape[0] * set.imageShape[1];
  for (const [place, index] of chosen.indices.entries()) {
    const picture = pictureOf(set, index);
    await write(`mistake-${place + 1}`, reduced(picture, mostPixels));
    const map = maps?.maps.subarray(place * size, (place + 1) * size);
    if (map !== undefined) await write(`mistake-${place + 1}-map`, reduced(heated(picture, map), mostPixels));
  }
  return {
    images: wrong.length,
    shown: shown.map((at) => ({
      label: set.labels[indices[at] as number] as number,
      predicted: classes[at] as number,
      confidence: confidences[at] as number,
    })),
  };
}

/** Writes the first images of each class side by side, `class-0` and so on. @returns the classes that have some. */
export async function writeSamples(
  { set, indices }: ImageSelection,
  each: number,
  write: PictureWriter,
): Promise<readonly number[]> {
  if (each === 0) return [];
  const ofClasses = firstOfClasses({ set, indices }, each);
  for (const [label, own] of ofClasses) {
    await write(`class-${label}`, strip(own.map((index) => reduced(pictureOf(set, index), mostPixels))));
  }
  return [...ofClasses.keys()];
}

/**
 * Writes an image of each class, and below them their channels one by one, as `channels`.
 *
 * @returns the mean and the standard deviation of each channel over some of the images, from 0 to 1.
 */
export async function writeChannels({ set, indices }: ImageSelection, write: PictureWriter) {
  const [, , channels] = set.imageShape;
  const firsts = [...firstOfClasses({ set, indices }, 1).values()].flat().slice(0, shownImages);
  const pictures = firsts.map((index) => reduced(pictureOf(set, index), mostPixels));
  const rows = Array.from({ length: channels }, (_, channel) =>
    strip(pictures.map((each) => channelOf(each, channel))),
  );
  await write('channels', stacked([strip(pictures.map(inRgb)), ...(channels > 1 ? rows : [])]));
  const step = Math.max(1, Math.floor(indices.length / measuredImages));
  const { mean, deviation } = measure({ set, indices: indices.filter((_, at) => at % step === 0) });
  return mean.map((value, channel) => ({ mean: value, deviation: deviation[channel] as number }));
}

/** The first images of each class that occurs, in the order of the classes, of not too many classes. */
function firstOfClasses({ set, indices }: ImageSelection, each: number): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  for (const index of indices) {
    const label = set.labels[index] as number;
    const own = found.get(label) ?? [];
    if (own.length < each) found.set(label, [...own, index]);
  }
  return new Map([...found].sort(([a], [b]) => a - b).slice(0, mostClasses));
}

function pictureOf(set: ImageSet, index: number): Picture {
  const [height, width, channels] = set.imageShape;
  return { bytes: set.read(index).slice(), width, height, channels };
}
