import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import { expectClose, isAvailable, type TensorSpec } from '../../../test/support/on-backends.ts';
import { Rng } from '../../base/rng.ts';
import {
  type BackendName,
  BatchNormLayer,
  Conv2DLayer,
  device,
  heInitialise,
  MaxPool2DLayer,
  ResizeLayer,
  WeightedSumLayer,
} from '../index.ts';
import { applied } from '../models/parts.ts';

/** A net with the layers that only some nets have: padding as PyTorch's, resizing, branches, a frozen normalisation. */
function net(): tfl.LayersModel {
  const images = tfl.input({ shape: [9, 8, 3] });
  const stem = applied(
    images,
    new Conv2DLayer({ filters: 4, kernelSize: 5, stride: 2, padding: 2 }),
    new ResizeLayer({ height: 11, width: 7 }),
    new BatchNormLayer({ activation: 'relu', trainable: false }),
    new MaxPool2DLayer({ poolSize: 3, stride: 2, padding: 1 }),
  );
  const weights = applied(
    stem,
    tfl.layers.globalAveragePooling2d({}),
    tfl.layers.dense({ units: 2, kernelInitializer: 'zeros', biasInitializer: 'ones' }),
    tfl.layers.reLU(),
  );
  const branches = [1, 3].map((kernelSize) =>
    applied(stem, new Conv2DLayer({ filters: 3, kernelSize, padding: 'same' })),
  );
  const sum = new WeightedSumLayer().apply([weights, ...branches]) as tfl.SymbolicTensor;
  const model = tfl.model({ inputs: images, outputs: applied(sum, new BatchNormLayer(), tfl.layers.flatten()) });
  heInitialise(model, new Rng('1'));
  return model;
}

/** The net's output in training, and the gradients of a score by all weights that are trained. */
async function gradientsOn(backend: BackendName): Promise<TensorSpec[]> {
  await device({ backend });
  const model = net();
  const rng = new Rng('images');
  const images = tf.tensor4d(
    Float32Array.from({ length: 2 * 9 * 8 * 3 }, () => rng.normal()),
    [2, 9, 8, 3],
  );
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  let output: tf.Tensor | undefined;
  const { value, grads } = tf.variableGrads(() => {
    output = tf.keep(model.apply(images, { training: true }) as tf.Tensor);
    return tf.sum(tf.mul(output, tf.square(output))) as tf.Scalar; // a GPU's sine would be less exact
  }, variables);
  const tensors = [output as tf.Tensor, ...variables.map(({ name }) => grads[name] as tf.Tensor)];
  const results: TensorSpec[] = [];
  for (const tensor of tensors) results.push({ shape: tensor.shape, values: (await tensor.data()) as Float32Array });
  tf.dispose([value, images, ...tensors]);
  model.dispose();
  return results;
}

describe.each(['wasm', 'webgpu', 'tensorflow'] as const)('on %s', async (backend) => {
  test.skipIf(!(await isAvailable(backend)))('outputs and gradients are those of plain JavaScript', async () => {
    const expected = await gradientsOn('cpu');
    expect(expected).toHaveLength(11); // and none of the frozen layer
    expectClose(await gradientsOn(backend), expected);
  });
});
