import type * as tf from '@tensorflow/tfjs-core';

/** Changes a model's trained weights by their gradients; holds whatever state that takes. */
export interface Optimizer {
  /** Holds for the next step and those after it; may be set between two steps. */
  learningRate: number;
  /** One step. @param gradients by the variable's name, as `tf.variableGrads` gives them; they stay the caller's. */
  apply(variables: readonly tf.Variable[], gradients: tf.NamedTensorMap): void;
  /** Copies the state out. Together with the weights it is all that the next step depends on. */
  state(): Promise<OptimizerState>;
  /**
   * Takes a state that another optimizer of the same kind gave, in place of its own. It may come from another process,
   * backend or model of the same layers: variables whose names it does not know take their parts of it in order, since
   * tfjs gives the layers of a model that is built again other names.
   *
   * @throws HPO_INVALID_ARGUMENT for the state of another kind of optimizer; the next step throws it where the state
   *   is of other variables.
   */
  restore(state: OptimizerState): void;
  /** Frees the state; the next step starts afresh. */
  dispose(): void;
}

/** The state of an optimizer as plain data, the same whatever the backend. */
export interface OptimizerState {
  readonly learningRate: number;
  /** Number of steps taken. */
  readonly step: number;
  /** By the variable's name, in the order of training: the numbers that are kept beside its weights, tensor by tensor. */
  readonly variables: Readonly<Record<string, readonly Float32Array[]>>;
}
