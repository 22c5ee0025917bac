import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

/** The weights of a model (running statistics included) at its best moment so far. Copies share the backend's memory. */
export class BestWeights {
  readonly #model: tfl.LayersModel;
  #weights: tf.Tensor[] = [];

  constructor(model: tfl.LayersModel) {
    this.#model = model;
  }

  /** Notes the weights as they are, in place of those noted before. */
  take(): void {
    const weights = this.#model.getWeights().map((weight) => tf.clone(weight));
    this.dispose();
    this.#weights = weights;
  }

  /** Gives the model the noted weights back; without any, nothing changes. */
  restore(): void {
    if (this.#weights.length > 0) this.#model.setWeights(this.#weights);
  }

  dispose(): void {
    tf.dispose(this.#weights);
    this.#weights = [];
  }
}
