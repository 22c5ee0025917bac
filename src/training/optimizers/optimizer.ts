import * as tf from '@tensorflow/tfjs-core';

/** Changes a model's trained weights by their gradients; holds whatever state that takes. */
export interface Optimizer {
  /** One step. @param gradients by the variable's name, as `tf.variableGrads` gives them; they stay the caller's. */
  apply(variables: readonly tf.Variable[], gradients: tf.NamedTensorMap): void;
  /** Frees the state; the next step starts afresh. */
  dispose(): void;
}

/** One update of one variable. */
export interface Update {
  readonly weights: tf.Variable;
  readonly gradient: tf.Tensor;
  /** As the last update left it, zeros at first; shaped as the weights. */
  readonly state: readonly tf.Tensor[];
  /** Number of this update, from 1. */
  readonly step: number;
}

/**
 * An optimizer that treats each variable alone.
 *
 * @param stateSize number of state tensors that it keeps for a variable.
 * @param update gives the new weights and the new state.
 */
export function variableWise(
  stateSize: number,
  update: (update: Update) => { readonly weights: tf.Tensor; readonly state: tf.Tensor[] },
): Optimizer {
  const states = new Map<string, tf.Tensor[]>();
  let step = 0;
  return {
    apply(variables, gradients) {
      step++;
      for (const variable of variables) {
        const gradient = gradients[variable.name];
        if (!gradient) continue;
        const held = states.get(variable.name);
        const next = tf.tidy(() => {
          const state = held ?? Array.from({ length: stateSize }, () => tf.zerosLike(variable));
          const result = update({ weights: variable, gradient, state, step });
          variable.assign(result.weights);
          return result.state.map((tensor) => tf.keep(tensor));
        });
        if (held) tf.dispose(held);
        states.set(variable.name, next);
      }
    },
    dispose() {
      for (const state of states.values()) tf.dispose(state);
      states.clear();
      step = 0;
    },
  };
}
