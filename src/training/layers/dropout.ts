import type * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Rng } from '../../base/rng.ts';
import { dropout, mix } from '../ops/dropout.ts';
import { currentTrainingStep, type TrainingStep } from '../training-step.ts';
import { type LayerShape, singleTensor } from './shapes.ts';

/** The options of {@link DropoutLayer}. */
export interface DropoutOptions {
  readonly name?: string;
  /** Probability that a value is zeroed in training, in [0, 1). */
  readonly rate: number;
  /** The layer's share in its masks: two layers with one seed drop the same elements at the same step. */
  readonly seed: string;
}

/**
 * Inverted dropout (the op `dropout`); in inference it changes nothing. In `train()` the mask follows from the layer's
 * seed and the training's, the epoch, the step, and where the layer is applied several times in one step, the number of
 * the application: it is the same whether the training was interrupted or not. In other loops, such as `model.fit()`,
 * the n-th calls of two layers with one seed drop the same elements.
 */
export class DropoutLayer extends tfl.layers.Layer {
  static readonly className = 'HpoDropout';
  readonly #rate: number;
  readonly #seed: string;
  /** The stream of masks outside of `train()`. */
  readonly #rng: Rng;
  /** The training whose masks were drawn last: its seed, and the bits that it has in common with the layer's. */
  #training = { seed: Number.NaN, bits: 0 };
  /** The step of the last mask, and how many it has had. */
  #last: { readonly step: TrainingStep; readonly masks: number } | undefined;

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
    return dropout(x, { rate: this.#rate, seed: this.#nextMask() });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.#rate, seed: this.#seed };
  }

  /** The 32 bits that fix the next mask. */
  #nextMask(): number {
    const step = currentTrainingStep();
    if (step === undefined) return bitsOf(this.#rng);
    const masks = this.#last?.step === step ? this.#last.masks : 0;
    this.#last = { step, masks: masks + 1 };
    if (!Object.is(this.#training.seed, step.seed)) {
      this.#training = { seed: step.seed, bits: bitsOf(new Rng(`${this.#seed}/${step.seed}`)) };
    }
    // Each number is mixed in by a bijection, so that no two steps of an epoch share a mask.
    return [step.epoch, step.step, masks].reduce(
      (bits, number) => mix(bits ^ Math.imul(number + 1, 0x9e3779b9)),
      this.#training.bits,
    );
  }
}

const bitsOf = (rng: Rng): number => rng.integer(0x1_0000_0000) | 0;
