import type * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Rng } from '../../base/rng.ts';
import { dropout } from '../ops/dropout.ts';
import { type LayerShape, singleTensor } from './shapes.ts';

/** The options of {@link DropoutLayer}. */
export interface DropoutOptions {
  readonly name?: string;
  /** Probability that a value is zeroed in training, in [0, 1). */
  readonly rate: number;
  /** The name of the stream of masks: the n-th calls in training of two layers with one seed drop the same elements. */
  readonly seed: string;
}

/** Inverted dropout with a seeded stream of masks (the op `dropout`); in inference it changes nothing. */
export class DropoutLayer extends tfl.layers.Layer {
  static readonly className = 'HpoDropout';
  readonly #rate: number;
  readonly #seed: string;
  readonly #rng: Rng;

  constructor({ name, rate, seed }: DropoutOptions) {
    super(name === undefined ? {} : { name });
    this.#rate = rate;
    this.#seed = seed;
    this.#rng = new Rng(seed);
  }

  override computeOutputShape(inputShape: LayerShape): LayerShape {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    const x = singleTensor(inputs);
    if (kwargs.training !== true || this.#rate === 0) return x;
    return dropout(x, { rate: this.#rate, seed: this.#rng.integer(0x1_0000_0000) | 0 });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.#rate, seed: this.#seed };
  }
}
