import * as tf from '@tensorflow/tfjs-core';
import { adamUpdate } from '../ops/adam-update.ts';

/** Changes a model's trained weights by their gradients; holds whatever state that takes. */
export interface Optimizer {
  /** One step. @param gradients by the variable's name, as `tf.variableGrads` gives them; they stay the caller's. */
  apply(variables: readonly tf.Variable[], gradients: tf.NamedTensorMap): void;
  /** Frees the state; the next step starts afresh. */
  dispose(): void;
}

export interface AdamOptions {
  /** Default 1e-3. */
  readonly learningRate?: number;
  /** L2 penalty, added to the gradient of every trained weight (not AdamW's decoupled decay); default 0. */
  readonly weightDecay?: number;
  /** Default 0.9. */
  readonly beta1?: number;
  /** Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-8. */
  readonly epsilon?: number;
}

/** Adam with the rule and the defaults of PyTorch's `torch.optim.Adam` (the op `adamUpdate`). */
export function adam(options: AdamOptions = {}): Optimizer {
  const { learningRate = 1e-3, weightDecay = 0, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  const moments = new Map<string, { readonly m: tf.Tensor; readonly v: tf.Tensor }>();
  let step = 0;
  const forget = (name: string): void => {
    const held = moments.get(name);
    if (held) tf.dispose([held.m, held.v]);
    moments.delete(name);
  };
  return {
    apply(variables, gradients) {
      step++;
      for (const variable of variables) {
        const gradient = gradients[variable.name];
        if (!gradient) continue;
        const next = tf.tidy(() => {
          const { m, v } = moments.get(variable.name) ?? { m: tf.zerosLike(variable), v: tf.zerosLike(variable) };
          const attributes = { learningRate, weightDecay, beta1, beta2, epsilon, step };
          const result = adamUpdate({ weights: variable, gradient, m, v }, attributes);
          variable.assign(result.weights);
          return { m: tf.keep(result.m), v: tf.keep(result.v) };
        });
        forget(variable.name);
        moments.set(variable.name, next);
      }
    },
    dispose() {
      for (const name of [...moments.keys()]) forget(name);
      step = 0;
    },
  };
}
