import * as tf from '@tensorflow/tfjs-core';
import { pack, prefersPacking, unpack } from '../ops/pack.ts';
import type { TensorValues } from '../saving/tensor-file.ts';
import { type ModelWeight, numbersOf } from './model-weights.ts';

/** The options of a {@link WeightAverage}. */
export interface WeightAverageOptions {
  /** Share of the average that a step keeps, as 0.999; from 0 on, less than 1. */
  readonly decay: number;
  /** The step, over all epochs and from 1, after which the average begins with the weights as they are. Default 1. */
  readonly fromStep?: number;
}

/**
 * The exponential moving average of a model's weights, running statistics included: average ← decay · average +
 * (1 − decay) · weight after each step, as PyTorch's `AveragedModel(avg_fn=get_ema_avg_fn(decay), use_buffers=True)`.
 * Weights of other types than float32 are not averaged, and one that does not change is its own average to the last bit.
 */
export class WeightAverage {
  readonly #weights: readonly ModelWeight[];
  readonly #averaged: readonly tf.Variable[];
  readonly #decay: number;
  readonly #fromStep: number;
  /** The average: a tensor of each averaged weight, or one vector of all; none before it begins. */
  #tensors: readonly tf.Tensor[] = [];

  constructor(weights: readonly ModelWeight[], { decay, fromStep = 1 }: WeightAverageOptions) {
    this.#weights = weights;
    this.#averaged = weights.map(({ variable }) => variable).filter(({ dtype }) => dtype === 'float32');
    this.#decay = decay;
    this.#fromStep = fromStep;
  }

  get #isBegun(): boolean {
    return this.#tensors.length > 0;
  }

  /** Counts the weights in as they are after a step. @param step its number over all epochs, from 1. */
  take(step: number): void {
    if (step < this.#fromStep) return;
    const before = this.#tensors;
    this.#tensors = tf.tidy(() => {
      const now = prefersPacking() ? [pack(this.#averaged)] : this.#averaged;
      return now.map((weight, at) => {
        const old = before[at];
        if (!old) return tf.keep(tf.clone(weight));
        return tf.keep(between(old, weight, 1 - this.#decay));
      });
    });
    tf.dispose([...before]);
  }

  /**
   * The average, in the order of the model's weights; the weights themselves before it begins. The caller disposes of
   * the tensors.
   */
  tensors(): tf.Tensor[] {
    const averages = new Map<tf.Variable, tf.Tensor>();
    const parts = this.#isBegun ? this.#parts() : [];
    for (const [at, part] of parts.entries()) averages.set(this.#averaged[at] as tf.Variable, part);
    return this.#weights.map(({ variable }) => averages.get(variable) ?? tf.clone(variable));
  }

  #parts(): tf.Tensor[] {
    const isPacked = this.#tensors.length < this.#averaged.length;
    if (!isPacked) return this.#tensors.map((tensor) => tf.clone(tensor));
    return unpack(
      this.#tensors[0] as tf.Tensor,
      this.#averaged.map(({ shape }) => shape),
    );
  }

  /** The numbers of the average, in the order of the model's weights; undefined before it begins. */
  async numbers(): Promise<readonly TensorValues[] | undefined> {
    if (!this.#isBegun) return undefined;
    const tensors = this.tensors();
    try {
      return await numbersOf(tensors);
    } finally {
      tf.dispose(tensors);
    }
  }

  /** Goes on from numbers that {@link numbers} gave. */
  restore(numbers: readonly TensorValues[]): void {
    this.dispose();
    const tensors = this.#weights.flatMap(({ variable }, at) =>
      variable.dtype === 'float32' ? [tf.tensor(numbers[at] as Float32Array, variable.shape)] : [],
    );
    if (!prefersPacking() || tensors.length === 1) {
      this.#tensors = tensors;
      return;
    }
    this.#tensors = [pack(tensors)];
    tf.dispose(tensors);
  }

  /** Gives the model the average; before it begins, nothing changes. */
  assign(): void {
    const tensors = this.tensors();
    for (const [at, tensor] of tensors.entries()) this.#weights[at]?.variable.assign(tensor);
    tf.dispose(tensors);
  }

  /** Runs something while the model has the average for its weights. */
  async inPlace<T>(run: () => Promise<T>): Promise<T> {
    if (!this.#isBegun) return run();
    const own = this.#weights.map(({ variable }) => tf.clone(variable));
    this.assign();
    try {
      return await run();
    } finally {
      for (const [at, tensor] of own.entries()) this.#weights[at]?.variable.assign(tensor);
      tf.dispose(own);
    }
  }

  dispose(): void {
    tf.dispose([...this.#tensors]);
    this.#tensors = [];
  }
}

/**
 * The point between two tensors, `share` of the way to the second: exactly that one where they are equal or the share is
 * 1. In the form a · (1 − share) + b · share the two factors, rounded to float32, would not add up to 1: with a share of
 * 1e-4 an average would come to rest 2e-4 beside a constant weight.
 */
function between(from: tf.Tensor, to: tf.Tensor, share: number): tf.Tensor {
  const way = tf.sub(to, from);
  return share < 0.5 ? tf.add(from, tf.mul(way, share)) : tf.sub(to, tf.mul(way, 1 - share));
}
