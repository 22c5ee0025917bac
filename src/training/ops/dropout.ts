import type * as tf from '@tensorflow/tfjs-core';
import { runKernel } from './run-kernel.ts';

/** Kernel: { x } → [y]; also its own gradient kernel, on dy with the same attributes. */
export const Dropout = 'HpoDropout';

export interface DropoutAttributes {
  /** Probability that an element is zeroed, in [0, 1). */
  readonly rate: number;
  /** 32-bit number that fixes the mask. */
  readonly seed: number;
}

/**
 * Inverted dropout (Srivastava et al. 2014): every element is zeroed with probability `rate`, and the others are
 * divided by `1 − rate`. The mask is a function of the seed and the element's index ({@link keeps}), so that it need
 * not be kept for the gradient, and every backend drops the same elements.
 */
export function dropout(x: tf.Tensor, attributes: DropoutAttributes): tf.Tensor {
  return runKernel(Dropout, { x }, attributes)[0] as tf.Tensor;
}

export const dropoutGradient: tf.GradConfig = {
  kernelName: Dropout,
  gradFunc: (dys, _saved, attrs) => ({
    x: () => runKernel(Dropout, { x: dys as tf.Tensor }, attrs)[0] as tf.Tensor,
  }),
};

/**
 * Whether element `index` survives: a counter-based generator (Salmon et al. 2011), here the finaliser of MurmurHash3
 * twice over, compared with the rate.
 */
export function keeps(index: number, { rate, seed }: DropoutAttributes): boolean {
  return mix(mix(index ^ 0x9e3779b9) ^ seed) >>> 0 >= dropoutThreshold(rate);
}

/** The least of 2³² numbers with which an element survives. */
export function dropoutThreshold(rate: number): number {
  return Math.ceil(rate * 0x1_0000_0000);
}

/** A bijection of 32-bit numbers in which every bit depends on all (MurmurHash3's finaliser). */
export function mix(bits: number): number {
  let hash = bits;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
