import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { checkOption, refusal, wholeNumberFrom } from '../../base/option-checks.ts';
import { imageBatch } from '../images/image-batch.ts';
import type { ImageSelection } from '../images/image-set.ts';
import type { Normalisation } from '../images/normalisation.ts';
import { type LayerChoice, layerOutput, type PlacedLayer, placedLayer } from './model-graph.ts';

const usualBatch = 100;

/** The options of {@link features}. */
export interface FeaturesOptions {
  /** From images [N, height, width, channels]. */
  readonly model: tfl.LayersModel;
  /** The layer: its name, or its number in the model; −2 is the last but one. */
  readonly layer: LayerChoice;
  /** At least one image. */
  readonly data: ImageSelection;
  readonly normalisation: Normalisation;
  /** Images computed at once. Default 100. */
  readonly batchSize?: number;
  /** Stops between two batches, with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A row of numbers for each image. */
export interface Features {
  /** The rows one behind the other. */
  readonly values: Float32Array;
  readonly shape: readonly [images: number, width: number];
}

/**
 * The outputs of one layer for images, in inference, each flattened to a row (height, width, channels). The images are
 * taken as they are, in the order of the selection. Layers behind the chosen one are not computed, and no tensor is
 * left.
 *
 * @throws HpoError HPO_INVALID_ARGUMENT for a layer that the model does not have, or applies more than once, for no
 *   images, and for a `batchSize` that is no whole number from 1 on.
 */
export async function features(options: FeaturesOptions): Promise<Features> {
  const { model, layer, data, batchSize = usualBatch } = options;
  const refuse = refusal('HPO_INVALID_ARGUMENT', 'features()');
  checkOption('batchSize', batchSize, wholeNumberFrom(1), refuse);
  if (data.indices.length === 0) refuse('`data` has no images; give at least one.');
  return layerRows(placedLayer(model, layer, refuse), { ...options, batchSize });
}

/** {@link features} of a layer that is found. */
export async function layerRows(place: PlacedLayer, options: Omit<FeaturesOptions, 'layer'>): Promise<Features> {
  const { model, data, normalisation, batchSize = usualBatch, signal } = options;
  const { set, indices } = data;
  let values = new Float32Array();
  let width = 0;
  for (let start = 0; start < indices.length; start += batchSize) {
    signal?.throwIfAborted();
    const batch = indices.subarray(start, start + batchSize);
    const output = tf.tidy(() => layerOutput(model, imageBatch(set, batch, normalisation), place));
    try {
      width = output.size / batch.length;
      if (start === 0) values = new Float32Array(width * indices.length);
      values.set((await output.data()) as Float32Array, start * width);
    } finally {
      output.dispose();
    }
    await setImmediate();
  }
  return { values, shape: [indices.length, width] };
}
