import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { conv2d } from '../ops/conv2d.ts';
import { outputSize, type Padding, padded } from './padding.ts';
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
  /**
   * The padding of the borders: none ('valid'), TensorFlow's 'same', or a number of zeros on every side, as PyTorch pads.
   * With a stride above 1 the last two differ, since 'same' puts an odd zero behind. Default 'valid'.
   */
  readonly padding?: Padding;
  /**
   * Whether a bias is added. Default true. Not useful before a batch normalisation, which subtracts any constant again.
   */
  readonly useBias?: boolean;
  /** Whether training changes the weights; default true. */
  readonly trainable?: boolean;
}

/**
 * 2-D convolution of channels-last images over the op `conv2d`, which spares a first layer the gradient by its images.
 * The kernel starts at zero: initialise the model with `heInitialise`.
 */
export class Conv2DLayer extends tfl.layers.Layer {
  static readonly className = 'HpoConv2D';
  readonly #options: Required<Omit<Conv2DOptions, 'name' | 'inputShape' | 'trainable'>>;
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
    const window = { size: kernelSize, stride, padding };
    return [count, outputSize(height, window), outputSize(width, window), filters];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const { kernelSize, stride, padding } = this.#options;
    return tf.tidy(() => {
      const { x, pad } = padded(singleTensor(inputs), { size: kernelSize, stride, padding }, 0);
      return conv2d(x, this.#kernel.read(), this.#bias?.read(), { strides: [stride, stride], pad });
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#options };
  }
}
