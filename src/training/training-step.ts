import type * as tf from '@tensorflow/tfjs-core';

/** The place of a step in its training. */
export interface TrainingStep {
  /** The training's seed. */
  readonly seed: number;
  /** From 1. */
  readonly epoch: number;
  /** The step's number in its epoch, from 1. */
  readonly step: number;
  /** The variables that the step changes; left out where all that may be trained are. */
  readonly trained?: ReadonlySet<tf.Variable>;
}

/** The step that is computed, on the global object, since the layers may come from a second copy of hpo. */
const key = Symbol.for('hpo.training-step');
const holder = globalThis as { [key]?: TrainingStep | undefined };

/**
 * The step that `train()` is computing; undefined outside of one, as in inference or in a loop of your own. A layer
 * that draws random numbers by it, and not by how many it has drawn before, repeats itself in a resumed training.
 */
export function currentTrainingStep(): TrainingStep | undefined {
  return holder[key];
}

/** Computes a step; its forward pass finds it by {@link currentTrainingStep}. */
export function inTrainingStep<T>(step: TrainingStep, compute: () => T): T {
  const outer = holder[key];
  holder[key] = step;
  try {
    return compute();
  } finally {
    holder[key] = outer;
  }
}
