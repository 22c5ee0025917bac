import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { resizeBilinear } from '../ops/resize-bilinear.ts';
import { channelsOf, type LayerShape, singleShape, singleTensor } from './shapes.ts';

/** The options of {@link ResizeLayer}. */
export interface ResizeOptions {
  readonly name?: string;
  /** [height, width, channels] of the images; only a model's first layer needs it. */
  readonly inputShape?: [number, number, number];
  /** Height of the resized images, in pixels. */
  readonly height: number;
  readonly width: number;
}

/**
 * Bilinear resizing of channels-last images between the pixels' centres, as PyTorch's `interpolate(mode='bilinear')`.
 * Enlarged images are those of torchvision's `Resize`, too, but for the rounding to bytes; it smooths shrunk ones.
 */
export class ResizeLayer extends tfl.layers.Layer {
  static readonly className = 'HpoResize';
  readonly #size: [number, number];

  constructor({ height, width, ...rest }: ResizeOptions) {
    super({ ...rest });
    this.#size = [height, width];
  }

  override computeOutputShape(inputShape: LayerShape): LayerShape {
    return [singleShape(inputShape)[0] ?? null, ...this.#size, channelsOf(inputShape)];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => resizeBilinear(singleTensor(inputs) as tf.Tensor4D, this.#size));
  }

  override getConfig(): tf.serialization.ConfigDict {
    const [height, width] = this.#size;
    return { ...super.getConfig(), height, width };
  }
}
