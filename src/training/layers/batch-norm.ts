import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { batchNorm, batchNormInference } from '../ops/batch-norm.ts';
import type { Activation } from '../ops/run-kernel.ts';
import { currentTrainingStep } from '../training-step.ts';
import { channelsOf, type LayerShape, singleTensor } from './shapes.ts';

/** The options of {@link BatchNormLayer}. */
export interface BatchNormOptions {
  readonly name?: string;
  /** Applied to the normalised values as part of the op; default 'linear'. */
  readonly activation?: Activation;
  /** Added to the variance; default 1e-5 as in PyTorch. */
  readonly epsilon?: number;
  /** Weight of each batch in the running statistics; default 0.1 as in PyTorch. */
  readonly momentum?: number;
  /** False freezes the layer, its running statistics too; default true. */
  readonly trainable?: boolean;
}

/**
 * Batch normalisation over all axes but the last, with PyTorch's defaults and conventions
 * (the op `batchNorm`). In training it normalises by the batch and updates the running statistics; in inference it
 * normalises by these. A frozen layer (its own `trainable`, or that of the model that it belongs to) is in inference
 * always, as Keras has it: nothing of it changes, and gradients pass through it to the layers before.
 */
export class BatchNormLayer extends tfl.layers.Layer {
  static readonly className = 'HpoBatchNorm';
  readonly #activation: Activation;
  readonly #epsilon: number;
  readonly #momentum: number;
  #weights!: Record<'scale' | 'shift' | 'movingMean' | 'movingVariance', tfl.LayerVariable>;

  constructor(options: BatchNormOptions = {}) {
    const { activation = 'linear', epsilon = 1e-5, momentum = 0.1, ...rest } = options;
    super(rest);
    this.#activation = activation;
    this.#epsilon = epsilon;
    this.#momentum = momentum;
  }

  override build(inputShape: LayerShape): void {
    const shape = [channelsOf(inputShape)];
    const add = (name: string, start: 'zeros' | 'ones', isTrained: boolean): tfl.LayerVariable =>
      this.addWeight(name, shape, 'float32', tfl.initializers[start](), undefined, isTrained);
    this.#weights = {
      scale: add('scale', 'ones', true),
      shift: add('shift', 'zeros', true),
      movingMean: add('moving_mean', 'zeros', false),
      movingVariance: add('moving_variance', 'ones', false),
    };
    this.built = true;
  }

  override computeOutputShape(inputShape: LayerShape): LayerShape {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    const attributes = { epsilon: this.#epsilon, momentum: this.#momentum, activation: this.#activation };
    const { scale, shift, movingMean, movingVariance } = this.#weights;
    return tf.tidy(() => {
      const arguments_ = {
        x: singleTensor(inputs),
        scale: scale.read() as tf.Tensor1D,
        shift: shift.read() as tf.Tensor1D,
        movingMean: movingMean.read() as tf.Tensor1D,
        movingVariance: movingVariance.read() as tf.Tensor1D,
      };
      if (kwargs.training !== true || this.#isFrozen) return batchNormInference(arguments_, attributes);
      const result = batchNorm(arguments_, attributes);
      movingMean.write(result.movingMean);
      movingVariance.write(result.movingVariance);
      return result.y;
    });
  }

  /** `train()` says what it trains; elsewhere a layer of a frozen model finds its weights frozen. */
  get #isFrozen(): boolean {
    const { scale } = this.#weights;
    const { trained } = currentTrainingStep() ?? {};
    return trained ? !trained.has(scale.read() as tf.Variable) : !(this.trainable && scale.trainable);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {
      ...super.getConfig(),
      activation: this.#activation,
      epsilon: this.#epsilon,
      momentum: this.#momentum,
    };
  }
}
