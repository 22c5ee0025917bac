import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { refusal } from '../../../test/support/refusal.ts';
import { Rng } from '../../base/rng.ts';
import {
  BatchNormLayer,
  type Cifar10,
  Conv2DLayer,
  cifar10,
  device,
  features,
  gradCam,
  heInitialise,
  type ImageSelection,
  cifar10Normalisation as normalisation,
} from '../index.ts';
import { resized } from './resized.ts';

let sample: Cifar10;
let data: ImageSelection;

beforeAll(async () => {
  await device({ backend: 'wasm' });
  sample = await cifar10({ folder: 'test/fixtures/cifar10-sample' });
  data = { set: sample.test, indices: Uint32Array.of(3, 0, 7, 12, 5) };
});

/** A net whose logits are weighed means of the last channels, so that its maps are known: the weighed channels. */
function meansNet(): tfl.LayersModel {
  const images = tfl.input({ shape: [32, 32, 3] });
  const first = new Conv2DLayer({ filters: 6, kernelSize: 5, stride: 3 }).apply(images) as tfl.SymbolicTensor;
  const normed = new BatchNormLayer({ activation: 'relu' }).apply(first) as tfl.SymbolicTensor;
  const branch = new Conv2DLayer({ filters: 6, kernelSize: 3, padding: 'same' }).apply(normed) as tfl.SymbolicTensor;
  const maps = tfl.layers.add({ name: 'maps' }).apply([normed, branch]) as tfl.SymbolicTensor;
  const means = tfl.layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }).apply(maps) as tfl.SymbolicTensor;
  const logits = tfl.layers.dense({ units: 10, name: 'logits' }).apply(means) as tfl.SymbolicTensor;
  const model = tfl.model({ inputs: images, outputs: logits });
  heInitialise(model, new Rng('means'));
  return model;
}

describe('the maps', () => {
  test('are the layer’s channels weighed by the gradients, as they are known for means of channels', async () => {
    const model = meansNet();
    const before = tf.memory().numTensors;
    const classes = [0, 9, 4, 4, 2];
    const found = await gradCam({ model, data, normalisation, classes, batchSize: 2 });
    expect([found.shape, [...found.classes]]).toEqual([[5, 32, 32], classes]);
    const channels = await features({ model, layer: 'maps', data, normalisation });
    const weights = model.getLayer('logits').getWeights()[0]?.arraySync() as number[][];
    for (const [image, one] of classes.entries()) {
      const small = Float32Array.from({ length: 100 }, (_, pixel) => {
        const at = (image * 100 + pixel) * 6;
        const sum = weights.reduce(
          (total, row, channel) => total + (row[one] as number) * (channels.values[at + channel] as number),
          0,
        );
        return Math.max(0, sum);
      });
      const wanted = resized(
        small.map((value) => value / Math.max(...small)),
        [10, 10],
        [32, 32],
      );
      for (const [pixel, value] of wanted.entries()) {
        expect(found.maps[image * 1024 + pixel]).toBeCloseTo(value, 4);
      }
    }
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });

  test('explain the predicted class by default, whatever the batches are', async () => {
    const model = meansNet();
    const { values } = await features({ model, layer: -1, data, normalisation });
    const predicted = data.indices.map((_, at) => {
      const logits = [...values.subarray(10 * at, 10 * at + 10)];
      return logits.indexOf(Math.max(...logits));
    });
    const [one, all] = [
      await gradCam({ model, data, normalisation, batchSize: 1 }),
      await gradCam({ model, data, normalisation }),
    ];
    expect(one.classes).toEqual(predicted);
    expect(all.classes).toEqual(predicted);
    expect(all.maps.every((value) => value >= 0 && value <= 1)).toBe(true);
    for (const [at, value] of one.maps.entries()) expect(all.maps[at]).toBeCloseTo(value, 4);
    const named = await gradCam({ model, layer: 'maps', data, normalisation });
    expect(named).toEqual(all);
    model.dispose();
  });

  test('are by default those of the last layer with enough pixels, whatever model it lies in', async () => {
    const first = tfl.sequential({
      layers: [new Conv2DLayer({ filters: 3, kernelSize: 8, stride: 8, inputShape: [32, 32, 3] })],
    });
    const last = new Conv2DLayer({ filters: 4, kernelSize: 1, name: 'last' });
    const tiny = tfl.layers.maxPooling2d({ poolSize: 2 });
    const model = tfl.sequential({
      layers: [first, last, tiny, tfl.layers.flatten(), tfl.layers.dense({ units: 10 })],
    });
    heInitialise(model, new Rng('3'));
    const found = await gradCam({ model, data, normalisation });
    expect(found).toEqual(await gradCam({ model, layer: 'last', data, normalisation }));
    expect(found).not.toEqual(await gradCam({ model, layer: 0, data, normalisation }));
    model.dispose();
  });

  test('are all 0 where nothing speaks for the class', async () => {
    const model = meansNet();
    const negative = tfl.sequential({ layers: [model, tfl.layers.activation({ activation: 'linear' })] });
    const dense = model.getLayer('logits');
    dense.setWeights([tf.fill([6, 10], 0), tf.zeros([10])]);
    const { maps, classes } = await gradCam({ model: negative, data, normalisation });
    expect(maps.every((value) => value === 0)).toBe(true);
    expect([...classes]).toEqual([0, 0, 0, 0, 0]);
    negative.dispose();
  });
});

test('a map is enlarged between the centres of its pixels', () => {
  expect([...resized(Float32Array.of(0, 1), [1, 2], [1, 4])]).toEqual([0, 0.25, 0.75, 1]);
  expect([...resized(Float32Array.of(0, 4, 8, 12), [2, 2], [1, 1])]).toEqual([6]);
  const same = Float32Array.of(3, 1, 2, 5, 8, 9);
  expect(resized(same, [2, 3], [2, 3])).toEqual(same);
});

test('what cannot be explained is refused', async () => {
  const model = meansNet();
  const flat = tfl.sequential({
    layers: [tfl.layers.flatten({ inputShape: [32, 32, 3] }), tfl.layers.dense({ units: 10 })],
  });
  const refusals = await Promise.all(
    [
      { model, layer: 'logits' },
      { model, layer: 'nowhere' },
      { model, classes: [1, 2] },
      { model, classes: [1, 2, 3, 4, 10] },
      { model, data: { set: sample.test, indices: new Uint32Array() } },
      { model: flat },
    ].map((options) => refusal(gradCam({ data, normalisation, ...options }))),
  );
  expect(
    refusals
      .join('\n')
      .replace(/one of input.*maps/, 'one of …, maps')
      .replace(/global[^,]*/, '…'),
  ).toMatchInlineSnapshot(`
    "HPO_INVALID_ARGUMENT gradCam(): the output of the layer 'logits' is no image; give one of [N, h, w, channels].
    HPO_INVALID_ARGUMENT gradCam(): \`layer\` is "nowhere"; give a number below 7, or one of …, maps, …, logits.
    HPO_INVALID_ARGUMENT gradCam(): \`classes\` has 2 entries for 5 images.
    HPO_INVALID_ARGUMENT gradCam(): \`classes\` holds 10; give numbers from 0 to 9.
    HPO_INVALID_ARGUMENT gradCam(): \`data\` has no images; give at least one.
    HPO_INVALID_ARGUMENT gradCam(): the model has no layer that gives an image; there is nothing to explain by."
  `);
  model.dispose();
  flat.dispose();
});
