import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Rng } from '../../base/rng.ts';
import { BatchNormLayer } from '../layers/batch-norm.ts';
import { Conv2DLayer } from '../layers/conv2d.ts';
import { heInitialise } from '../models/initialise.ts';
import { softmaxCrossEntropy } from '../ops/softmax-cross-entropy.ts';
import type { BackendName } from './candidate.ts';
import { device } from './device.ts';
import { imagesPerSecond } from './training-speed.ts';

/** Gradients that differ by more are wrong rather than rounded in another way. */
const GRADIENT_TOLERANCE = 1e-3;

/** The findings of a second of training on a device. */
export interface SelfCheck {
  /** Its name in tfjs. */
  readonly backend: string;
  /** Whether its gradients are right. */
  readonly isSound: boolean;
  /**
   * The greatest difference between its gradients and those of plain JavaScript, as a part of the greatest number in
   * the same gradient; NaN where it gave NaN. About 1e-6 where only the rounding differs.
   */
  readonly gradientError: number;
  /** Images of 32×32 a second on which a process trains the searched CNN, in batches of 64. */
  readonly imagesPerSecond: number;
}

/**
 * Trains on a device for about a second and compares its gradients with the `cpu` backend's; the device is current
 * afterwards.
 *
 * @param backend as {@link device} takes it.
 */
export async function selfCheck(backend?: BackendName): Promise<SelfCheck> {
  await device({ backend: 'cpu' });
  const expected = await gradients();
  const { backend: name } = await device({ backend });
  const gradientError = greatestError(await gradients(), expected);
  const isSound = gradientError < GRADIENT_TOLERANCE;
  return { backend: name, isSound, gradientError, imagesPerSecond: await trainingSpeed() };
}

/** The gradients of a small net with the layers of an image classifier, on the current backend. */
async function gradients(): Promise<Float32Array[]> {
  const model = tfl.sequential({
    layers: [
      new Conv2DLayer({ filters: 6, kernelSize: 3, padding: 'same', useBias: false, inputShape: [9, 8, 3] }),
      new BatchNormLayer({ activation: 'relu' }),
      tfl.layers.maxPooling2d({ poolSize: 2 }),
      new Conv2DLayer({ filters: 9, kernelSize: 2, useBias: false }),
      new BatchNormLayer({ activation: 'relu' }),
      tfl.layers.flatten(),
      tfl.layers.dense({ units: 11, activation: 'relu' }),
      tfl.layers.dense({ units: 5 }),
    ],
  });
  const rng = new Rng('self-check');
  heInitialise(model, rng);
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const images = Float32Array.from({ length: 6 * 9 * 8 * 3 }, () => rng.normal());
  const grads = tf.tidy(() => {
    const x = tf.tensor4d(images, [6, 9, 8, 3]);
    const labels = tf.tensor1d([0, 1, 2, 3, 4, 0], 'int32');
    const loss = () => softmaxCrossEntropy(model.apply(x, { training: true }) as tf.Tensor, labels);
    return variables.map((variable) => tf.variableGrads(loss, [variable]).grads[variable.name] as tf.Tensor);
  });
  try {
    return await Promise.all(grads.map(async (grad) => Float32Array.from(await grad.data())));
  } finally {
    tf.dispose(grads);
    model.dispose();
  }
}

function greatestError(actual: readonly Float32Array[], expected: readonly Float32Array[]): number {
  const errors = expected.map((wanted, at) => {
    const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return (
      wanted.reduce((most, value, i) => Math.max(most, Math.abs((actual[at]?.[i] as number) - value)), 0) / largest
    );
  });
  return Math.max(...errors);
}

/** Images a second, from about a second of training, or from a few images where a backend is too slow for that. */
async function trainingSpeed(): Promise<number> {
  await imagesPerSecond(8, 1); // the first step prepares much that later ones reuse
  const slow = await imagesPerSecond(8, 1);
  if (slow < 64) return slow;
  const fast = await imagesPerSecond(64, 2);
  return imagesPerSecond(64, Math.max(2, Math.round(fast / 64)));
}
