import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { Rng } from '../../base/rng.ts';
import {
  adam,
  BatchNormLayer,
  type Cifar10,
  Conv2DLayer,
  cifar10,
  device,
  heInitialise,
  cifar10Normalisation as normalisation,
  train,
} from '../index.ts';

let sample: Cifar10;

beforeAll(async () => {
  await device({ backend: 'wasm' });
  sample = await cifar10({ folder: 'test/fixtures/cifar10-sample' });
});

/** The numbers of all weights of a layer or model. */
const read = (layer: tfl.layers.Layer): number[][] => layer.getWeights().map((weight) => [...weight.dataSync()]);

async function trained(model: tfl.LayersModel): Promise<void> {
  heInitialise(model, new Rng('1'));
  const images = { set: sample.train, indices: Uint32Array.of(0, 1, 2, 3) };
  const data = { train: images, validation: images };
  await train({ model, optimizer: adam(), data, normalisation, batchSize: 2, epochs: 1, seed: 1 });
}

const convolution = (options: { inputShape?: [number, number, number]; trainable?: boolean } = {}) =>
  new Conv2DLayer({ filters: 2, kernelSize: 5, stride: 4, ...options });
const head = () => [tfl.layers.flatten(), tfl.layers.dense({ units: 10, kernelInitializer: 'zeros' })];

describe('a frozen layer in train()', () => {
  test('changes nothing of a batch normalisation, its statistics neither, and the layers before it learn', async () => {
    const norm = new BatchNormLayer({ trainable: false, activation: 'relu' });
    const first = convolution({ inputShape: [32, 32, 3] });
    const model = tfl.sequential({ layers: [first, norm, ...head()] });
    heInitialise(model, new Rng('1'));
    const [kernel, normal] = [read(first), read(norm)];
    await trained(model);
    expect(read(norm)).toEqual(normal);
    expect(read(first)).not.toEqual(kernel);
    model.dispose();
  });

  test.each([
    ['by its option', (trainable: boolean) => trainable, () => {}],
    [
      'by its property',
      () => true,
      (layers: tfl.layers.Layer[]) => {
        for (const layer of layers) layer.trainable = false;
      },
    ],
  ] as const)('keeps its weights: %s', async (_, option, freeze) => {
    const frozen = [
      convolution({ inputShape: [32, 32, 3], trainable: option(false) }),
      new BatchNormLayer({ trainable: option(false) }),
    ];
    const model = tfl.sequential({ layers: [...frozen, ...head()] });
    freeze(frozen);
    const last = model.layers.at(-1) as tfl.layers.Layer;
    const before = frozen.map(read);
    await trained(model);
    expect(frozen.map(read)).toEqual(before);
    expect(read(last)[0]?.some((weight) => weight !== 0)).toBe(true);
    model.dispose();
  });

  test.each([
    ['a Sequential', (inner: tfl.Sequential) => tfl.sequential({ layers: [inner, ...head()] })],
    [
      'a functional model',
      (inner: tfl.Sequential) => {
        const images = tfl.input({ shape: [32, 32, 3] });
        const layers = [inner, ...head()];
        const outputs = layers.reduce((x, layer) => layer.apply(x) as tfl.SymbolicTensor, images);
        return tfl.model({ inputs: images, outputs });
      },
    ],
  ])('may be a whole model in %s', async (_, around) => {
    const backbone = tfl.sequential({ layers: [convolution({ inputShape: [32, 32, 3] }), new BatchNormLayer()] });
    heInitialise(backbone, new Rng('2'));
    backbone.trainable = false;
    const model = around(backbone);
    const before = read(backbone);
    await trained(model);
    expect(read(backbone)).toEqual(before);
    model.dispose();
  });
});

describe('a batch normalisation in another loop than train()', () => {
  const inModel = (layer: BatchNormLayer) =>
    tfl.sequential({ layers: [convolution({ inputShape: [8, 8, 1] }), layer] });

  test.each<[string, boolean, () => tfl.LayersModel]>([
    ['takes each batch into its statistics', true, () => inModel(new BatchNormLayer())],
    ['leaves them where it is frozen by its option', false, () => inModel(new BatchNormLayer({ trainable: false }))],
    [
      'leaves them where it is frozen by its property',
      false,
      () => {
        const layer = new BatchNormLayer();
        const model = inModel(layer);
        layer.trainable = false;
        return model;
      },
    ],
    [
      'leaves them where its model is frozen',
      false,
      () => {
        const model = inModel(new BatchNormLayer());
        model.trainable = false;
        return model;
      },
    ],
  ])('%s', (_, isChanged, build) => {
    const model = build();
    heInitialise(model, new Rng('3'));
    const layer = model.layers[1] as BatchNormLayer;
    const before = read(layer);
    const images = tf.randomNormal([4, 8, 8, 1], 1, 2, 'float32', 1);
    const [inTraining, inInference] = [true, false].map((training) =>
      (model.apply(images, { training }) as tf.Tensor).dataSync(),
    );
    expect(read(layer).map((weight, at) => weight.every((value, i) => value === before[at]?.[i]))).toEqual(
      [true, true, !isChanged, !isChanged], // scale, shift and the statistics
    );
    if (!isChanged) expect(inTraining).toEqual(inInference);
    model.dispose();
    images.dispose();
  });
});

test.each(['linear', 'relu'] as const)(
  'gradients through batch normalisation in inference are right (%s)',
  (activation) => {
    const layer = new BatchNormLayer({ activation });
    const x = tf.randomNormal([3, 2, 2, 4], 0, 1, 'float32', 1);
    layer.build(x.shape);
    const [scale, shift, mean, variance] = [
      [2, -1, 1, 0.5],
      [0.1, 0.2, -0.3, 0],
      [0.5, 0, -1, 0.2],
      [1, 2, 0.5, 3],
    ].map((values) => tf.tensor1d(values)) as [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D];
    layer.setWeights([scale, shift, mean, variance]);
    const weights = tf.randomNormal(x.shape, 0, 1, 'float32', 2);
    const composed = (x: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor): tf.Tensor => {
      const y = tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5))), scale), shift);
      return activation === 'relu' ? tf.relu(y) : y;
    };
    const [dx, dScale, dShift] = tf.grads((x, scale, shift) => tf.sum(tf.mul(composed(x, scale, shift), weights)))([
      x,
      scale,
      shift,
    ]) as [tf.Tensor, tf.Tensor, tf.Tensor];
    const variables = layer.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const score = () => tf.sum(tf.mul(layer.apply(x) as tf.Tensor, weights)) as tf.Scalar;
    const { grads } = tf.variableGrads(score, variables);
    const own = tf.grad((input) => tf.sum(tf.mul(layer.apply(input) as tf.Tensor, weights)))(x);
    for (const [actual, expected] of [
      [own, dx],
      [grads[(variables[0] as tf.Variable).name], dScale],
      [grads[(variables[1] as tf.Variable).name], dShift],
    ] as const) {
      expect(tf.max(tf.abs(tf.sub(actual as tf.Tensor, expected))).arraySync()).toBeLessThan(1e-5);
    }
  },
);
