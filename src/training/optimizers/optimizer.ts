import type * as tf from '@tensorflow/tfjs-core';

/** Changes a model's trained weights by their gradients, and holds the state for that. */
export interface Optimizer {
  /** The rate of the next step and those after it; may be set between two steps. */
  learningRate: number;
  /**
   * Takes one step.
   * @param gradients by the variable's name, as `tf.variableGrads` returns them; the caller disposes of them.
   */
  apply(variables: readonly tf.Variable[], gradients: tf.NamedTensorMap): void;
  /**
   * The state as it is now, which later steps leave as it is; its numbers are only to be read. Together with the weights
   * it is all that the next step depends on.
   */
  state(): Promise<OptimizerState>;
  /**
   * Replaces the state with one from another optimizer of the same kind. It may come from another process, backend or
   * model of the same layers: variables whose names it does not have take their parts of it in order, since tfjs gives
   * other names to the layers of a model that is built again.
   *
   * @throws HPO_INVALID_ARGUMENT for the state of another kind of optimizer; the next step throws it for a state of
   *   other variables.
   */
  restore(state: OptimizerState): void;
  /** Frees the state; the next step starts afresh. */
  dispose(): void;
}

/** The state of an optimizer as plain data, the same on every backend. */
export interface OptimizerState {
  /**
   * The rule by which the numbers are kept, such as `adamw`. An optimizer refuses the state of another one; undefined in
   * states that do not name it, of which it compares how many numbers they keep.
   */
  readonly kind?: string | undefined;
  /** The learning rate of the next step. */
  readonly learningRate: number;
  /** Number of steps taken. */
  readonly step: number;
  /** The numbers that are kept beside a variable's weights, tensor by tensor; by its name, in the order of training. */
  readonly variables: Readonly<Record<string, readonly Float32Array[]>>;
}
