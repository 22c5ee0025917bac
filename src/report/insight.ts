import { join } from 'node:path';
import { bounded, LIMITS } from '../base/bounded-text.ts';
import { type JsonValue, namedNumber } from '../base/json.ts';
import { readJson } from '../runner/results.ts';
import { arrayOf, objectOf } from './foreign-json.ts';
import { readForeignPng } from './foreign-png.ts';
import type { Insight, Layout, Mistake, PlacedImage, SampledClass } from './report-data.ts';

/** The most of each that is shown. */
const MOST_CLASSES = 1_000;
const MOST_POINTS = 20_000;
const MOST_MISTAKES = 100;
const MOST_SAMPLES = 50;

/**
 * Reads what `saveInsight` of `hpo/tfjs` wrote into a retraining's folder; null if there is none. The files may be
 * somebody else's: what is not in their form, or is more than a report shows, is left out.
 *
 * @param pictures whether to read the pictures, too.
 */
export function readInsight(folder: string, pictures: boolean): Insight | null {
  const own = join(folder, 'insight');
  const { images, classes, layout, mistakes, samples, channels } = objectOf(readJson(join(own, 'insight.json')));
  if (typeof images !== 'number') return null;
  const picture = (name: string): string | null =>
    (pictures ? readForeignPng(join(own, `${name}.png`)) : undefined) ?? null;
  const names = arrayOf(classes).slice(0, MOST_CLASSES).map(classOf);
  return {
    images,
    classes: names,
    layout: layoutOf(layout, names.length),
    wrong: namedNumber(objectOf(mistakes).images),
    mistakes: arrayOf(objectOf(mistakes).shown)
      .slice(0, MOST_MISTAKES)
      .map((mistake, at) => mistakeOf(mistake, names.length, picture, at + 1)),
    samples: arrayOf(samples)
      .slice(0, MOST_SAMPLES)
      .flatMap((label): SampledClass[] => {
        const found = isClass(label, names.length) ? picture(`class-${label}`) : null;
        return found === null ? [] : [{ label: label as number, picture: found }];
      }),
    channels: arrayOf(channels)
      .slice(0, 4)
      .map((channel) => ({
        mean: namedNumber(objectOf(channel).mean),
        deviation: namedNumber(objectOf(channel).deviation),
      })),
    channelsPicture: picture('channels'),
  };
}

function classOf(value: JsonValue) {
  const { name, images, right } = objectOf(value);
  return {
    name: typeof name === 'string' ? bounded(name, LIMITS.name) : '',
    images: namedNumber(images),
    right: namedNumber(right),
  };
}

function layoutOf(value: JsonValue | undefined, classes: number): Layout | null {
  const { layer, width, kept, points } = objectOf(value);
  const placed = arrayOf(points)
    .slice(0, MOST_POINTS)
    .flatMap((point): PlacedImage[] => {
      const [x, y, label, predicted] = arrayOf(point);
      const isPlaced =
        Number.isFinite(x) && Number.isFinite(y) && isClass(label, classes) && isClass(predicted, classes);
      return isPlaced ? [[x, y, label, predicted] as PlacedImage] : [];
    });
  if (placed.length === 0) return null;
  return {
    layer: typeof layer === 'string' ? bounded(layer, LIMITS.name) : '',
    width: namedNumber(width),
    kept: namedNumber(kept),
    points: placed,
  };
}

function mistakeOf(
  value: JsonValue,
  classes: number,
  picture: (name: string) => string | null,
  number: number,
): Mistake {
  const { label, predicted, confidence } = objectOf(value);
  return {
    label: isClass(label, classes) ? (label as number) : null,
    predicted: isClass(predicted, classes) ? (predicted as number) : null,
    confidence: namedNumber(confidence),
    picture: picture(`mistake-${number}`),
    map: picture(`mistake-${number}-map`),
  };
}

function isClass(value: JsonValue | undefined, classes: number): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < classes;
}
