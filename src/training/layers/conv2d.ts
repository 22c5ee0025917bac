import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { conv2d } from '../ops/conv2d.ts';
import { channelsOf, type LayerShape, singleShape, singleTensor } from './shapes.ts';

/** The options of {@link Conv2DLayer}. */
export interface Conv2DOptions {
  readonly name?: string;
  /** [height, width, channels] of the images; only a model's first layer needs it. */
  readonly inputShape?: [number, number, number];
  /** The number of filters, and so of the output channels. */
  readonly filters: number;
  /** Height and width of the kernel. */
  readonly kernelSize: number;
  /** The distance between windows, in pixels. Default 1. */
  readonly stride?: number;
  /** The padding of the borders, as in TensorFlow. Default 'valid'. */
  readonly padding?: 'valid' | 'same';
  /**
   * Whether a bias is added. Default true. Not useful before a batch normalisation, which subtracts any constant again.
   */
  readonly useBias?: boolean;
}

/**
 * 2-D convolution of channels-last images over the op `conv2d`, which spares a first layer the gradient by its images.
 * The kernel starts at zero: initialise the model with `heInitialise`.
 */
export class Conv2DLayer extends tfl.layers.Layer {
  static readonly className = 'HpoConv2D';
  readonly #options: Required<Omit<Conv2DOptions, 'name' | 'inputShape'>>;
  #kernel!: tfl.LayerVariable;
  #bias: tfl.LayerVariable | undefined;

  constructor({ filters, kernelSize, stride = 1, padding = 'valid', useBias = true, ...rest }: Conv2DOptions) {
    super({ ...rest });
    this.#options = { filters, kernelSize, stride, padding, useBias };
  }

  override build(inputShape: LayerShape): void {
    const { filters, kernelSize, useBias } = this.#options;
    const zeros = tfl.initializers.zeros();
    const shape = [kernelSize, kernelSize, channelsOf(inputShape), filters];
    this.#kernel = this.addWeight('kernel', shape, 'float32', zeros);
    this.#bias = useBias ? this.addWeight('bias', [filters], 'float32', zeros) : undefined;
    this.built = true;
  }

  override computeOutputShape(inputShape: LayerShape): LayerShape {
    const { filters, kernelSize, stride, padding } = this.#options;
    const [count = null, height = null, width = null] = singleShape(inputShape);
    const reach = padding === 'valid' ? kernelSize : 1;
    const outSize = (size: number | null): number | null => size && Math.floor((size - reach) / stride) + 1;
    return [count, outSize(height), outSize(width), filters];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const { stride, padding } = this.#options;
    return tf.tidy(() =>
      conv2d(singleTensor(inputs), this.#kernel.read(), this.#bias?.read(), {
        strides: [stride, stride],
        pad: padding,
      }),
    );
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#options };
  }
}
