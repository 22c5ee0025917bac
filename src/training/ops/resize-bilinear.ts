import * as tf from '@tensorflow/tfjs-core';

/**
 * Bilinear resizing of channels-last images between the pixels' centres, as PyTorch's `interpolate(mode='bilinear')`.
 * The stock kernels of tfjs compute it, but not its gradient: theirs is that of another rule, and on plain JavaScript
 * confuses height and width. Here the gradient is two products by the matrices of the interpolation.
 *
 * @param x float32 [N, H, W, C].
 * @param size height and width of the result.
 */
export function resizeBilinear(x: tf.Tensor4D, [height, width]: readonly [number, number]): tf.Tensor4D {
  const [, fromHeight, fromWidth] = x.shape;
  const resize = tf.customGrad((images) => ({
    value: tf.image.resizeBilinear(images as tf.Tensor4D, [height, width], false, true),
    gradFunc: (dy: tf.Tensor | tf.Tensor[]) => {
      const alongWidth = product(dy as tf.Tensor, [0, 1, 3, 2], interpolation(fromWidth, width));
      const alongHeight = product(alongWidth, [0, 3, 2, 1], interpolation(fromHeight, height));
      return tf.transpose(alongHeight, [0, 3, 1, 2]); // from [N, W, C, H]
    },
  }));
  return resize(x) as tf.Tensor4D;
}

/** A tensor with its axes in another order, its last axis multiplied by a matrix. */
function product(x: tf.Tensor, axes: number[], matrix: tf.Tensor2D): tf.Tensor {
  const moved = tf.transpose(x, axes);
  const [rows, columns] = [moved.shape.slice(0, -1), moved.shape.at(-1) as number];
  return tf.reshape(tf.matMul(tf.reshape(moved, [-1, columns]), matrix), [...rows, matrix.shape[1]]);
}

/** The share of each pixel of a side (columns) in each pixel of the resized one (rows). */
function interpolation(from: number, to: number): tf.Tensor2D {
  const shares = new Float32Array(to * from);
  for (const [pixel, { low, high, share }] of neighbours(from, to).entries()) {
    const row = pixel * from;
    shares[row + low] = (shares[row + low] as number) + 1 - share;
    shares[row + high] = (shares[row + high] as number) + share;
  }
  return tf.tensor2d(shares, [to, from]);
}

/** The two pixels around a place, and the share of the second. */
export interface Neighbours {
  readonly low: number;
  readonly high: number;
  readonly share: number;
}

/** The pixels of a side around the centre of each pixel of the resized one; beyond the outer centres the nearest. */
export function neighbours(from: number, to: number): readonly Neighbours[] {
  return Array.from({ length: to }, (_, pixel) => {
    const place = Math.max(0, ((pixel + 0.5) * from) / to - 0.5);
    const low = Math.min(Math.floor(place), from - 1);
    return { low, high: Math.min(low + 1, from - 1), share: place - low };
  });
}
