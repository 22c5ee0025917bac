import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { test } from 'vitest';
import { compute, expectClose, isAvailable, normal } from '../../../test/support/on-backends.ts';

const backends = ['wasm', 'webgpu', 'tensorflow'] as const;

test.for(backends)('a stock tf.layers model trains on %s as on cpu', async (backend, { skip }) => {
  skip(!(await isAvailable(backend)), `${backend} is not installed here`);
  const trainOn = async (name: 'cpu' | typeof backend) =>
    compute(name, [normal([8, 10, 10, 3])], (x) => {
      const constant = tfl.initializers.randomNormal({ stddev: 0.2, seed: 3 });
      const model = tfl.sequential({
        layers: [
          tfl.layers.conv2d({ inputShape: [10, 10, 3], filters: 6, kernelSize: 3, kernelInitializer: constant }),
          tfl.layers.batchNormalization(),
          tfl.layers.reLU(),
          tfl.layers.maxPooling2d({ poolSize: 2 }),
          tfl.layers.flatten(),
          tfl.layers.dense({ units: 4, kernelInitializer: constant }),
        ],
      });
      const target = tf.oneHot(tf.tensor1d([0, 1, 2, 3, 3, 2, 1, 0], 'int32'), 4);
      const { value, grads } = tf.variableGrads(() =>
        tf.losses.softmaxCrossEntropy(target, model.apply(x as tf.Tensor, { training: true }) as tf.Tensor),
      );
      const gradients = model.trainableWeights.map((weight) => grads[(weight.read() as tf.Variable).name] as tf.Tensor);
      // The gradient of a bias before a normalisation is zero, apart from rounding.
      const kept = gradients.filter((_, index) => index !== 1).map((gradient) => tf.keep(tf.clone(gradient)));
      const loss = tf.keep(tf.clone(value));
      tf.dispose(grads);
      model.dispose();
      return [loss, ...kept];
    });
  expectClose(await trainOn(backend), await trainOn('cpu'));
});
