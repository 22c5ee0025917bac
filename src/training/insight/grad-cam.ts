import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { checkOption, type Refuse, refusal, wholeNumberFrom } from '../../base/option-checks.ts';
import { imageBatch } from '../images/image-batch.ts';
import type { ImageSelection } from '../images/image-set.ts';
import type { Normalisation } from '../images/normalisation.ts';
import { greatest } from './greatest.ts';
import {
  type LayerChoice,
  layerOutput,
  outputBehind,
  type PlacedLayer,
  placedLayer,
  placedLayers,
} from './model-graph.ts';
import { resized } from './resized.ts';

/** The pixels below which a layer's maps show little of a place: 4×4. */
const usualPixels = 16;

/** The options of {@link gradCam}. */
export interface GradCamOptions {
  /** Gives logits [N, classes] for images. */
  readonly model: tfl.LayersModel;
  /**
   * The layer whose channels are weighed: its name, or its number in the model. Its output is [N, h, w, channels].
   * Default: the last layer that gives at least 4×4 pixels, or else more than one.
   */
  readonly layer?: LayerChoice;
  /** At least one image. */
  readonly data: ImageSelection;
  readonly normalisation: Normalisation;
  /** The class that each image is explained for. Default: the predicted one. */
  readonly classes?: ArrayLike<number>;
  /** Images computed at once. Default 50. */
  readonly batchSize?: number;
  /** Stops between two batches, with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The weight with which each pixel of images speaks for a class. */
export interface ClassActivation {
  /** The maps one behind the other, row by row, from 0 to 1; one is all 0 where nothing speaks for the class. */
  readonly maps: Float32Array;
  readonly shape: readonly [images: number, height: number, width: number];
  /** The class that each map is for. */
  readonly classes: Uint32Array;
}

/**
 * Gradient-weighted class activation maps (Selvaraju et al. 2017): the channels of a layer, each weighed by the mean of
 * the class's logit's gradient by it, are added up; what is above 0 is scaled to at most 1 and enlarged to the size of
 * the images, bilinearly with pixels as areas (PyTorch's `align_corners=False`). The model is in inference, and no
 * tensor is left.
 *
 * @throws HpoError HPO_INVALID_ARGUMENT for a layer that the model does not have, that is applied more than once, or
 *   whose output has no height and width, for classes that are not the model's, and for no images.
 */
export async function gradCam(options: GradCamOptions): Promise<ClassActivation> {
  const { model, data, normalisation, batchSize = 50, signal } = options;
  const refuse = refusal('HPO_INVALID_ARGUMENT', 'gradCam()');
  checkOption('batchSize', batchSize, wholeNumberFrom(1), refuse);
  const { set, indices } = data;
  if (indices.length === 0) refuse('`data` has no images; give at least one.');
  const place = options.layer === undefined ? lastMaps(model) : placedLayer(model, options.layer, refuse);
  if (place === undefined) return refuse('the model has no layer that gives an image; there is nothing to explain by.');
  if (!isMap(place))
    refuse(`the output of the layer '${place.layer.name}' is no image; give one of [N, h, w, channels].`);
  checkClasses(options, refuse);

  const [height, width] = set.imageShape;
  const maps = new Float32Array(indices.length * height * width);
  const classes = new Uint32Array(indices.length);
  for (let start = 0; start < indices.length; start += batchSize) {
    signal?.throwIfAborted();
    const part = indices.subarray(start, start + batchSize);
    const given =
      options.classes && Array.from(part, (_, at) => (options.classes as ArrayLike<number>)[start + at] as number);
    const batch = imageBatch(set, part, normalisation);
    try {
      const found = await mapsOf(model, batch, place, given);
      classes.set(found.classes, start);
      for (let at = 0; at < part.length; at++) {
        const small = found.values.subarray(at * found.height * found.width, (at + 1) * found.height * found.width);
        const large = resized(scaled(small), [found.height, found.width], [height, width]);
        maps.set(large, (start + at) * height * width);
      }
    } finally {
      batch.dispose();
    }
    await setImmediate();
  }
  return { maps, shape: [indices.length, height, width], classes };
}

/** The weighed sums of a batch, of the layer's size. */
async function mapsOf(
  model: tfl.LayersModel,
  batch: tf.Tensor,
  place: PlacedLayer,
  given: readonly number[] | undefined,
) {
  const activation = tf.tidy(() => layerOutput(model, batch, place)) as tf.Tensor4D;
  try {
    const classes = given ?? (await predictedClasses(model, batch, place, activation));
    const sums = tf.tidy(() => weighedSums(model, batch, place, activation, classes));
    const [, height, width] = activation.shape;
    const values = (await sums.data()) as Float32Array;
    sums.dispose();
    return { values, height, width, classes };
  } finally {
    activation.dispose();
  }
}

async function predictedClasses(
  model: tfl.LayersModel,
  batch: tf.Tensor,
  place: PlacedLayer,
  activation: tf.Tensor,
): Promise<number[]> {
  const logits = tf.tidy(() => outputBehind(model, batch, place, activation));
  const [count, width] = logits.shape as [number, number];
  const values = (await logits.data()) as Float32Array;
  logits.dispose();
  return Array.from({ length: count }, (_, at) => greatest(values.subarray(at * width, (at + 1) * width)));
}

function weighedSums(
  model: tfl.LayersModel,
  batch: tf.Tensor,
  place: PlacedLayer,
  activation: tf.Tensor4D,
  classes: readonly number[],
): tf.Tensor {
  const scores = (value: tf.Tensor): tf.Scalar => {
    const logits = outputBehind(model, batch, place, value);
    const chosen = tf.oneHot(tf.tensor1d([...classes], 'int32'), logits.shape[1] as number);
    return tf.sum(tf.mul(logits, tf.cast(chosen, 'float32')));
  };
  const gradient = tf.grad(scores)(activation) as tf.Tensor4D;
  const weights = tf.mean(gradient, [1, 2], true);
  return tf.relu(tf.sum(tf.mul(weights, activation), 3));
}

/** A map with the greatest value 1; all 0 where its numbers are not finite. */
function scaled(map: Float32Array): Float32Array {
  const most = map.reduce((greatest, value) => Math.max(greatest, value), 0); // NaN where one is
  return most > 0 && most < Number.POSITIVE_INFINITY ? map.map((value) => value / most) : map.map(() => 0);
}

/**
 * The last layer of a model that gives an image of at least {@link usualPixels}; else the last that gives more than one
 * pixel; undefined where there is none.
 */
export function lastMaps(model: tfl.LayersModel): PlacedLayer | undefined {
  const maps = placedLayers(model).filter((place) => isMap(place) && place.output.inputs.length > 0);
  const isAtLeast = (pixels: number) => (place: PlacedLayer) => !(pixelsOf(place) < pixels); // or of unknown size
  return maps.findLast(isAtLeast(usualPixels)) ?? maps.findLast(isAtLeast(2));
}

function isMap({ output }: PlacedLayer): boolean {
  return output.shape.length === 4;
}

function pixelsOf({ output: { shape } }: PlacedLayer): number {
  return (shape[1] ?? Number.NaN) * (shape[2] ?? Number.NaN);
}

function checkClasses({ model, data, classes }: GradCamOptions, refuse: Refuse): void {
  if (classes === undefined) return;
  const { length } = data.indices;
  if (classes.length !== length) refuse(`\`classes\` has ${classes.length} entries for ${length} images.`);
  const count = (model.outputs[0]?.shape[1] ?? data.set.classes.length) as number;
  const wrong = Array.from(classes).find((one) => !(Number.isInteger(one) && one >= 0 && one < count));
  if (wrong !== undefined) refuse(`\`classes\` holds ${wrong}; give numbers from 0 to ${count - 1}.`);
}
