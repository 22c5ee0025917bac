import * as tf from '@tensorflow/tfjs-core';

/** No padding, TensorFlow's 'same', or a number of pixels on every side, as PyTorch pads. */
export type Padding = 'valid' | 'same' | number;

/** A square window that moves over an image. */
export interface Window {
  /** Height and width in pixels. */
  readonly size: number;
  readonly stride: number;
  readonly padding: Padding;
}

/** The number of places of a window along one side of an image; null where the image's is unknown. */
export function outputSize(imageSize: number | null, { size, stride, padding }: Window): number | null {
  if (imageSize === null) return null;
  const reach = padding === 'same' ? 1 : size - 2 * (padding === 'valid' ? 0 : padding);
  return Math.floor((imageSize - reach) / stride) + 1;
}

/**
 * Images as a kernel takes them that knows 'valid' and 'same' alone, as TensorFlow's do: with a number of pixels they
 * are padded beforehand, unless 'same' pads alike.
 *
 * @param x [N, H, W, C].
 * @param value the padding's pixels.
 */
export function padded(x: tf.Tensor, window: Window, value: number): { x: tf.Tensor; pad: 'valid' | 'same' } {
  const { size, stride, padding } = window;
  if (typeof padding === 'string') return { x, pad: padding };
  if (padding === 0) return { x, pad: 'valid' };
  if (stride === 1 && size === 2 * padding + 1) return { x, pad: 'same' };
  const sides: [number, number] = [padding, padding];
  return { x: tf.pad(x, [[0, 0], sides, sides, [0, 0]], value), pad: 'valid' };
}
