import * as tf from '@tensorflow/tfjs-core';
import { pack, prefersPacking, unpack } from '../ops/pack.ts';

/** Changes a model's trained weights by their gradients; holds whatever state that takes. */
export interface Optimizer {
  /** One step. @param gradients by the variable's name, as `tf.variableGrads` gives them; they stay the caller's. */
  apply(variables: readonly tf.Variable[], gradients: tf.NamedTensorMap): void;
  /** Frees the state; the next step starts afresh. */
  dispose(): void;
}

/** One update of one variable, or of several in one vector. */
export interface Update {
  readonly weights: tf.Tensor;
  readonly gradient: tf.Tensor;
  /** As the last update left it, zeros at first; shaped as the weights. */
  readonly state: readonly tf.Tensor[];
  /** Number of this update, from 1. */
  readonly step: number;
}

/** What stays of an update until the next one. */
interface Held {
  readonly weights: tf.Tensor;
  /** The data that the variables got from these weights. */
  readonly parts: readonly object[];
  readonly state: readonly tf.Tensor[];
}

/** Whether nobody has assigned the variables since, so that they need not be packed again. */
const isOf = ({ parts }: Held, group: readonly tf.Variable[]): boolean =>
  group.every(({ dataId }, at) => dataId === parts[at]);

const release = ({ weights, state }: Held): void => tf.dispose([weights, ...state]);

/**
 * An optimizer that treats each weight alone, whatever tensor it lies in.
 *
 * @param stateSize number of state tensors that it keeps beside the weights.
 * @param update gives the new weights and the new state.
 */
export function elementWise(
  stateSize: number,
  update: (update: Update) => { readonly weights: tf.Tensor; readonly state: tf.Tensor[] },
): Optimizer {
  const held = new Map<string, Held>();
  let step = 0;

  /** Updates variables as one. */
  const updateGroup = (group: readonly tf.Variable[], gradients: readonly tf.Tensor[]): void => {
    const key = group.map(({ name }) => name).join();
    const before = held.get(key);
    const next = tf.tidy(() => {
      const weights = before && isOf(before, group) ? before.weights : pack(group);
      const state = before?.state ?? Array.from({ length: stateSize }, () => tf.zerosLike(weights));
      const result = update({ weights, gradient: pack(gradients), state, step });
      const parts = unpack(
        result.weights,
        group.map(({ shape }) => shape),
      );
      for (const [at, variable] of group.entries()) variable.assign(parts[at] as tf.Tensor);
      return [result.weights, ...result.state].map((tensor) => tf.keep(tensor));
    });
    if (before) release(before);
    const [weights, ...state] = next as [tf.Tensor, ...tf.Tensor[]];
    held.set(key, { weights, parts: group.map(({ dataId }) => dataId), state });
  };

  return {
    apply(variables, gradients) {
      step++;
      const trained = variables.filter(({ name }) => gradients[name]);
      const groups = prefersPacking() ? [trained] : trained.map((variable) => [variable]);
      for (const group of groups) {
        updateGroup(
          group,
          group.map(({ name }) => gradients[name] as tf.Tensor),
        );
      }
    },
    dispose() {
      for (const group of held.values()) release(group);
      held.clear();
      step = 0;
    },
  };
}
