import * as tf from '@tensorflow/tfjs-core';
import type { TensorValues } from '../saving/tensor-file.ts';
import { type ModelWeight, numbersOf } from './model-weights.ts';

/** The weights of a model (running statistics included) at its best moment so far. Copies share the backend's memory. */
export class BestWeights {
  readonly #weights: readonly ModelWeight[];
  #noted: readonly tf.Tensor[] = [];
  /** The numbers of the noted weights, once they were read. */
  #numbers: Promise<readonly TensorValues[]> | undefined;

  constructor(weights: readonly ModelWeight[]) {
    this.#weights = weights;
  }

  /** The numbers of the noted weights, in the order of the model's; none at first. They are read from the backend once. */
  numbers(): Promise<readonly TensorValues[]> {
    this.#numbers ??= numbersOf(this.#noted);
    return this.#numbers;
  }

  /**
   * Notes the weights as they are, in place of those noted before.
   * @param numbers their numbers, where they are known.
   */
  take(numbers?: readonly TensorValues[]): void {
    this.takeTensors(
      this.#weights.map(({ variable }) => tf.clone(variable)),
      numbers,
    );
  }

  /** Notes tensors in the order of the model's weights, and disposes of them in time. */
  takeTensors(tensors: readonly tf.Tensor[], numbers?: readonly TensorValues[]): void {
    this.dispose();
    this.#noted = tensors;
    this.#numbers = numbers && Promise.resolve(numbers);
  }

  /** Gives the model the noted weights back; without any, nothing changes. */
  restore(): void {
    for (const [at, tensor] of this.#noted.entries()) this.#weights[at]?.variable.assign(tensor);
  }

  dispose(): void {
    tf.dispose([...this.#noted]);
    this.#noted = [];
    this.#numbers = undefined;
  }
}
