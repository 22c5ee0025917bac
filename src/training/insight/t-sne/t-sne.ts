import { checkOption, type OptionKind, refusal, wholeNumberFrom } from '../../../base/option-checks.ts';
import { Rng } from '../../../base/rng.ts';
import type { Features } from '../features.ts';
import { affinities } from './affinities.ts';
import { breathOf } from './breath.ts';
import { Descent } from './descent.ts';
import { keptNeighbours } from './kept-neighbours.ts';
import { nearestNeighbours } from './nearest-neighbours.ts';
import type { Points } from './points.ts';
import { principalComponents } from './principal-components.ts';

/** The dimensions to which wider rows are reduced. */
const mostDimensions = 50;
const usualPerplexity = 30;
/** The deviation of the points' first places along x. */
const startDeviation = 1e-4;
/** The share of the work, about, that the search for neighbours is. */
const searchShare = 0.1;

/** The options of {@link tsne}. */
export interface TsneOptions {
  /**
   * The effective number of neighbours of a point, from 1 to below the number of points. Default 30, or a third of
   * these.
   */
  readonly perplexity?: number;
  /** The steps of the descent, from 1 on, of which the first 250 exaggerate the attraction. Default 1000. */
  readonly iterations?: number;
  /** Fixes all that is drawn. Default 0. */
  readonly seed?: number;
  /** Receives the share that is done, above 0 and up to 1, at most a hundred times. */
  readonly progress?: (share: number) => void;
  /** Ends it early, with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A picture of points in the plane. */
export interface Embedding {
  /** x and y of each point, one behind the other; the mean is 0. */
  readonly places: Float64Array;
  /** The Kullback-Leibler divergence that is left, in nats. */
  readonly divergence: number;
  /**
   * The share of the ten nearest rows of each that are among its ten nearest in the plane: how far to trust the
   * picture.
   */
  readonly kept: number;
}

/**
 * Lays out rows of numbers in the plane so that near ones stay near: t-SNE in Barnes and Hut's approximation (van der
 * Maaten 2014), with scikit-learn's rules and constants. Rows of more than 50 numbers are reduced to their first 50
 * principal components; the first two of these are where the points begin, so that the same rows and seed give the same
 * picture. The event loop gets its turn throughout.
 *
 * @throws HpoError HPO_INVALID_ARGUMENT for a row with a number that is not finite, and for wrong options.
 */
export async function tsne(features: Features, options: TsneOptions = {}): Promise<Embedding> {
  const { iterations = 1000, seed = 0, progress = () => {}, signal } = options;
  const [count, width] = features.shape;
  const refuse = refusal('HPO_INVALID_ARGUMENT', 'tsne()');
  checkOption('iterations', iterations, wholeNumberFrom(1), refuse);
  const wrong = features.values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) refuse(`row ${Math.floor(wrong / width)} holds ${features.values[wrong]}; give finite numbers.`);
  if (count < 2) return { places: new Float64Array(2 * count), divergence: 0, kept: 1 };
  const perplexity = options.perplexity ?? Math.max(1, Math.min(usualPerplexity, (count - 1) / 3));
  checkOption('perplexity', perplexity, perplexityBelow(count), refuse);

  const breathe = breathOf(signal);
  const show = percents(progress);
  const points = await principalComponents(features, mostDimensions, seed, breathe);
  const each = Math.min(count - 1, Math.floor(3 * perplexity + 1));
  const neighbours = await nearestNeighbours(points, each, breathe, (share) => show(searchShare * share));
  const descent = new Descent(await affinities(neighbours, perplexity, breathe), firstPlaces(points, seed));
  for (let done = 1; done <= iterations; done++) {
    descent.step();
    show(searchShare + ((1 - searchShare) * done) / iterations);
    await breathe();
  }
  const places = centred(descent.places);
  return { places, divergence: descent.divergence(), kept: await keptNeighbours(neighbours, places, breathe) };
}

function perplexityBelow(count: number): OptionKind {
  return {
    wanted: `a number from 1 to below ${count}, the number of rows`,
    accepts: (value) => typeof value === 'number' && value >= 1 && value < count,
  };
}

/** Passes on a share whenever it has another whole percent. */
function percents(progress: (share: number) => void): (share: number) => void {
  let last = 0;
  return (share) => {
    const percent = Math.floor(100 * share + 1e-9);
    if (percent > last) progress(percent / 100);
    last = Math.max(last, percent);
  };
}

/**
 * The first two coordinates, made small; one in which all points agree is drawn, since nothing would ever part them.
 */
function firstPlaces({ values, count, width }: Points, seed: number): Float64Array {
  const places = new Float64Array(2 * count);
  const rng = new Rng(`${seed}/t-sne`);
  const deviation = Math.sqrt(column(values, width, 0).reduce((sum, value) => sum + value * value, 0) / count);
  for (const axis of [0, 1]) {
    const own = axis < width ? column(values, width, axis) : new Float64Array(count);
    const isFlat = own.every((value) => Math.abs(value) <= 1e-9 * deviation);
    for (let point = 0; point < count; point++) {
      places[2 * point + axis] = startDeviation * (isFlat ? rng.normal() : (own[point] as number) / deviation);
    }
  }
  return places;
}

function column(values: Float64Array, width: number, at: number): Float64Array {
  return Float64Array.from({ length: values.length / width }, (_, row) => values[row * width + at] as number);
}

function centred(places: Float64Array): Float64Array {
  const mean = [0, 1].map(
    (axis) => column(places, 2, axis).reduce((sum, value) => sum + value, 0) / (places.length / 2),
  );
  return places.map((value, at) => value - (mean[at % 2] as number));
}
