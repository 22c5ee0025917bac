import * as tf from '@tensorflow/tfjs-core';
import type { ModelWeight } from './model-weights.ts';

/** The weights of a model (running statistics included) at its best moment so far. Copies share the backend's memory. */
export class BestWeights {
  readonly #weights: readonly ModelWeight[];
  #noted: readonly tf.Tensor[] = [];

  constructor(weights: readonly ModelWeight[]) {
    this.#weights = weights;
  }

  /** The noted weights, in the order of the model's; none at first. */
  get noted(): readonly tf.Tensor[] {
    return this.#noted;
  }

  /** Notes the weights as they are, in place of those noted before. */
  take(): void {
    const noted = this.#weights.map(({ variable }) => tf.clone(variable));
    this.dispose();
    this.#noted = noted;
  }

  /** Gives the model the noted weights back; without any, nothing changes. */
  restore(): void {
    for (const [at, tensor] of this.#noted.entries()) this.#weights[at]?.variable.assign(tensor);
  }

  dispose(): void {
    tf.dispose([...this.#noted]);
    this.#noted = [];
  }
}
