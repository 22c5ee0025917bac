import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { type Histogram, histogramOf } from '../../math/histogram.ts';
import { imageBatch } from '../images/image-batch.ts';
import type { ImageSelection } from '../images/image-set.ts';
import type { Normalisation } from '../images/normalisation.ts';
import { softmaxCrossEntropy } from '../ops/softmax-cross-entropy.ts';

/** The most images whose loss is taken. */
const mostImages = 64;

/** The distribution of the loss's gradient by one weight. */
export interface GradientHistogram extends Histogram {
  /** The name of the weight, as in a saved model. */
  readonly name: string;
}

/**
 * The distributions of the mean loss's gradient by each weight that is trained, for the first 64 images, the model in
 * inference. Weights with a gradient that is nowhere finite are left out.
 */
export async function gradientHistograms(
  model: tfl.LayersModel,
  { set, indices }: ImageSelection,
  normalisation: Normalisation,
): Promise<readonly GradientHistogram[]> {
  const weights = model.trainableWeights.map((weight) => ({
    name: weight.originalName,
    variable: weight.read() as tf.Variable,
  }));
  if (weights.length === 0) return [];
  const batch = indices.subarray(0, mostImages);
  const labels = Int32Array.from(batch, (index) => set.labels[index] as number);
  const gradients = tf.tidy(() => {
    const images = imageBatch(set, batch, normalisation);
    const loss = () => softmaxCrossEntropy(model.apply(images) as tf.Tensor, tf.tensor1d(labels, 'int32'));
    const { grads } = tf.variableGrads(
      loss,
      weights.map(({ variable }) => variable),
    );
    return weights.map(({ variable }) => grads[variable.name] as tf.Tensor);
  });
  try {
    const numbers = await Promise.all(gradients.map((gradient) => gradient.data()));
    return weights.flatMap(({ name }, at): GradientHistogram[] => {
      const found = histogramOf(numbers[at] as Float32Array);
      return found === undefined ? [] : [{ name, ...found }];
    });
  } finally {
    tf.dispose(gradients);
  }
}
