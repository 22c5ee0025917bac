import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import { compute, expectClose, expectSame, normal } from '../../../../test/support/on-backends.ts';
import { device } from '../../index.ts';

describe('sums over segments on wasm', () => {
  test('are those of the cpu backend, in any order, with segments that are empty', async () => {
    const ids = () => tf.tensor1d([4, 0, 0, 6, 4, 2], 'int32');
    await expectSame('wasm', [normal([6])], (x) => [tf.unsortedSegmentSum(x as tf.Tensor, ids(), 8)]);
    await expectSame('wasm', [normal([6, 3, 5])], (x) => [tf.unsortedSegmentSum(x as tf.Tensor, ids(), 8)]);
  });

  test('leave out rows of no segment, and keep whole numbers whole', async () => {
    await device({ backend: 'wasm' });
    const sums = tf.tidy(() =>
      tf.unsortedSegmentSum(
        tf.tensor2d(
          [
            [1, 2],
            [3, 4],
            [5, 6],
          ],
          [3, 2],
          'int32',
        ),
        tf.tensor1d([1, -1, 2], 'int32'),
        2,
      ),
    );
    expect([sums.dtype, ...(await sums.data())]).toEqual(['int32', 0, 0, 1, 2]);
    sums.dispose();
  });

  test('are the gradient of a gather along each axis', async () => {
    for (const axis of [0, 1, 2]) {
      const gradient = (x: tf.Tensor) => {
        const taken = () => tf.sum(tf.square(tf.gather(x, tf.tensor1d([1, 0, 1], 'int32'), axis)));
        return tf.grad(taken)(x);
      };
      await expectSame('wasm', [normal([3, 2, 4])], (x) => [gradient(x as tf.Tensor)]);
    }
  });
});

test('a net with an embedding learns on wasm what it learns on cpu', async () => {
  const learnt = (backend: 'wasm' | 'cpu') =>
    compute(backend, [normal([8, 1])], (target) => {
      const initializer = (seed: number) => tfl.initializers.randomNormal({ stddev: 0.5, seed });
      const model = tfl.sequential({
        layers: [
          tfl.layers.embedding({ inputDim: 20, outputDim: 4, inputLength: 6, embeddingsInitializer: initializer(1) }),
          tfl.layers.flatten(),
          tfl.layers.dense({ units: 1, kernelInitializer: initializer(2) }),
        ],
      });
      const words = tf.tensor2d(
        Array.from({ length: 48 }, (_, at) => (at * 7) % 20),
        [8, 6],
      );
      const loss = () => tf.losses.meanSquaredError(target as tf.Tensor, model.apply(words) as tf.Tensor) as tf.Scalar;
      const optimizer = tf.train.sgd(0.1);
      for (let step = 0; step < 3; step++) optimizer.minimize(loss);
      const [embeddings] = model.getWeights();
      const kept = tf.keep(tf.clone(embeddings as tf.Tensor));
      model.dispose();
      optimizer.dispose();
      return [kept];
    });
  expectClose(await learnt('wasm'), await learnt('cpu'));
});
