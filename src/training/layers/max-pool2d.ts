import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { outputSize, type Padding, padded } from './padding.ts';
import { type LayerShape, singleShape, singleTensor } from './shapes.ts';

/** The options of {@link MaxPool2DLayer}. */
export interface MaxPool2DOptions {
  readonly name?: string;
  /** Height and width of the windows. */
  readonly poolSize: number;
  /** The distance between windows, in pixels; default {@link poolSize}. */
  readonly stride?: number;
  /** As in a `Conv2DLayer`; a number of pixels is at most half of {@link poolSize}. Default 'valid'. */
  readonly padding?: Padding;
}

/** Max pooling as `tf.layers.maxPooling2d`, and with PyTorch's padding too, whose pixels are never the largest. */
export class MaxPool2DLayer extends tfl.layers.Layer {
  static readonly className = 'HpoMaxPool2D';
  readonly #options: Required<Omit<MaxPool2DOptions, 'name'>>;

  constructor({ poolSize, stride = poolSize, padding = 'valid', ...rest }: MaxPool2DOptions) {
    super(rest);
    this.#options = { poolSize, stride, padding };
  }

  override computeOutputShape(inputShape: LayerShape): LayerShape {
    const { poolSize, stride, padding } = this.#options;
    const [count = null, height = null, width = null, channels = null] = singleShape(inputShape);
    const window = { size: poolSize, stride, padding };
    return [count, outputSize(height, window), outputSize(width, window), channels];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const { poolSize, stride, padding } = this.#options;
    return tf.tidy(() => {
      const window = { size: poolSize, stride, padding };
      const { x, pad } = padded(singleTensor(inputs), window, LOWEST);
      return tf.maxPool(x as tf.Tensor4D, poolSize, stride, pad);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#options };
  }
}

/** The lowest float32 that is finite: a shader need not know infinity. */
const LOWEST = -3.4028234663852886e38;
