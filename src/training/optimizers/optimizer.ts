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
  const states = new Map<string, tf.Tensor[]>();
  let step = 0;

  /** Updates variables as one. */
  const updateGroup = (group: readonly tf.Variable[], gradients: readonly tf.Tensor[]): void => {
    const key = group.map(({ name }) => name).join();
    const held = states.get(key);
    const next = tf.tidy(() => {
      const [weights, gradient] = [pack(group), pack(gradients)];
      const state = held ?? Array.from({ length: stateSize }, () => tf.zerosLike(weights));
      const result = update({ weights, gradient, state, step });
      const parts = unpack(
        result.weights,
        group.map(({ shape }) => shape),
      );
      for (const [at, variable] of group.entries()) variable.assign(parts[at] as tf.Tensor);
      return result.state.map((tensor) => tf.keep(tensor));
    });
    if (held) tf.dispose(held);
    states.set(key, next);
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
      for (const state of states.values()) tf.dispose(state);
      states.clear();
      step = 0;
    },
  };
}
