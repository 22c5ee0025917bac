import * as tf from '@tensorflow/tfjs-core';
import { Rng } from '../../base/rng.ts';

/** A way to mix the images of a batch in pairs. */
export interface Mixture {
  /** The share of each image itself, λ; its partner has the rest. */
  readonly share: number;
  /** The place of each image's partner in the batch; a permutation. */
  readonly partners: Int32Array;
}

/**
 * Draws how a batch is mixed (Zhang et al. 2018, with one share a batch as in their code): λ from Beta(α, α), and the
 * partners at random.
 *
 * @param alpha above 0; small ones mix little, 1 gives any share.
 * @param count images in the batch.
 */
export function drawMixture(
  alpha: number,
  count: number,
  { seed, epoch, step }: { readonly seed: number; readonly epoch: number; readonly step: number },
): Mixture {
  const rng = new Rng(`${seed}/mixup/${epoch}/${step}`);
  // Shares of two gamma variates; by their logarithms, since small α make both smaller than any number.
  const [own, other] = [logGamma(alpha, rng), logGamma(alpha, rng)];
  return { share: 1 / (1 + Math.exp(other - own)), partners: Int32Array.from(rng.permutation(count)) };
}

/** The batch with each image mixed with its partner. @param images [N, …] */
export function mixed<T extends tf.Tensor>(images: T, { share, partners }: Mixture): T {
  const others = tf.gather(images, tf.tensor1d(partners, 'int32'));
  return tf.add(tf.mul(images, share), tf.mul(others, 1 - share)) as T;
}

/**
 * The logarithm of a draw from Gamma(shape, 1): Marsaglia & Tsang 2000 for shape + 1, and a uniform draw to the power of
 * 1 / shape for the step down.
 */
function logGamma(shape: number, rng: Rng): number {
  const d = shape + 2 / 3; // (shape + 1) − 1/3
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = rng.normal();
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    const logU = Math.log(1 - rng.uniform());
    if (logU < x ** 2 / 2 + d - d * v + d * Math.log(v)) {
      return Math.log(d * v) + Math.log(1 - rng.uniform()) / shape;
    }
  }
}
