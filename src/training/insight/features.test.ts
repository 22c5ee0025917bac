import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';
import { refusal } from '../../../test/support/refusal.ts';
import { Rng } from '../../base/rng.ts';
import { imageBatch } from '../images/image-batch.ts';
import {
  allOf,
  type Cifar10,
  Conv2DLayer,
  cifar10,
  device,
  features,
  heInitialise,
  type ImageSelection,
  cifar10Normalisation as normalisation,
  searchedCnn,
} from '../index.ts';

let sample: Cifar10;
let data: ImageSelection;

beforeAll(async () => {
  await device({ backend: 'wasm' });
  sample = await cifar10({ folder: 'test/fixtures/cifar10-sample' });
  data = { set: sample.test, indices: Uint32Array.of(3, 0, 7, 7, 5) };
});

const cnn = () => searchedCnn({ fc1: 16, fc2: 8, dropout: 0.5, seed: 1 });

/** Two branches that meet. */
function residualNet(): tfl.LayersModel {
  const images = tfl.input({ shape: [32, 32, 3] });
  const pooled = tfl.layers.averagePooling2d({ poolSize: 8 }).apply(images) as tfl.SymbolicTensor;
  const branch = new Conv2DLayer({ filters: 3, kernelSize: 3, padding: 'same' }).apply(pooled) as tfl.SymbolicTensor;
  const sum = tfl.layers.add().apply([pooled, branch]) as tfl.SymbolicTensor;
  const net = tfl.model({ inputs: images, outputs: tfl.layers.flatten().apply(sum) as tfl.SymbolicTensor });
  heInitialise(net, new Rng('1'));
  return net;
}

/** The output of the whole model for all images at once, computed by tf.layers. */
async function wholeOutput(model: tfl.LayersModel): Promise<Float32Array> {
  const output = tf.tidy(() => model.apply(imageBatch(data.set, data.indices, normalisation)) as tf.Tensor);
  const values = (await output.data()) as Float32Array;
  output.dispose();
  return values;
}

test('are the outputs of the layer, by name and by number, in the order of the images, and leave no tensor', async () => {
  const before = tf.memory().numTensors;
  const model = cnn();
  const inside = tf.memory().numTensors;
  const last = model.layers.at(-1)?.name as string;
  const logits = await wholeOutput(model);
  for (const layer of [last, -1, model.layers.length - 1]) {
    const { values, shape } = await features({ model, layer, data, normalisation, batchSize: 2 });
    expect(shape).toEqual([5, 10]);
    for (const [at, value] of values.entries()) expect(value).toBeCloseTo(logits[at] as number, 4);
  }
  const images = await features({ model, layer: 0, data, normalisation });
  expect(images.shape).toEqual([5, 30 * 30 * 20]);
  expect(images.values.subarray(2 * 18_000, 3 * 18_000)).toEqual(images.values.subarray(3 * 18_000, 4 * 18_000));
  expect(tf.memory().numTensors).toBe(inside);
  model.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test('are those of inference: what dropout leaves alone is the layer before it', async () => {
  const model = cnn();
  const [dropped, relu] = await Promise.all([
    features({ model, layer: -2, data, normalisation }),
    features({ model, layer: -3, data, normalisation }),
  ]);
  expect(dropped).toEqual(relu);
  expect(relu.values.some((value) => value > 0)).toBe(true);
  expect(relu.values.every((value) => value >= 0)).toBe(true);
  model.dispose();
});

test('are found behind branches and in inner models', async () => {
  const net = residualNet();
  const outer = tfl.sequential({ layers: [net, tfl.layers.reLU({ name: 'outer' })] });
  const input = tfl.input({ shape: [32, 32, 3] });
  const around = tfl.model({
    inputs: input,
    outputs: net.apply(tfl.layers.activation({ activation: 'linear' }).apply(input)) as tfl.SymbolicTensor,
  });
  const logits = await wholeOutput(net);
  const last = net.layers.at(-1)?.name as string;
  for (const [model, layer] of [
    [net, -1],
    [outer, last],
    [outer, 0],
    [around, last],
    [around, -1],
  ] as const) {
    const { values } = await features({ model, layer, data, normalisation });
    for (const [at, value] of values.entries()) expect(value).toBeCloseTo(logits[at] as number, 3);
  }
  const positive = await features({ model: outer, layer: 'outer', data, normalisation });
  expect(positive.values.every((value, at) => Math.abs(value - Math.max(0, logits[at] as number)) < 1e-3)).toBe(true);
  outer.dispose();
});

test('are refused for a layer that is not there, or that has several outputs, and for no images', async () => {
  const input = tfl.input({ shape: [32, 32, 3] });
  const shared = tfl.layers.reLU({ name: 'shared' });
  const twice = shared.apply(shared.apply(input)) as tfl.SymbolicTensor;
  const model = tfl.model({ inputs: input, outputs: twice });
  const none = { set: sample.test, indices: new Uint32Array() };
  const base = { model, data: allOf(sample.test), normalisation };
  const refusals = await Promise.all(
    [
      { ...base, layer: 'conv9' },
      { ...base, layer: 2 },
      { ...base, layer: 0.5 },
      { ...base, layer: 'shared' },
      { ...base, layer: 0, data: none },
      { ...base, layer: 0, batchSize: 0 },
    ].map((options) => refusal(features(options))),
  );
  const input1 = model.layers[0]?.name as string;
  expect(refusals.join('\n').replaceAll(input1, 'input')).toMatchInlineSnapshot(`
    "HPO_INVALID_ARGUMENT features(): \`layer\` is "conv9"; give a number below 2, or one of input, shared.
    HPO_INVALID_ARGUMENT features(): \`layer\` is 2; give a number below 2, or one of input, shared.
    HPO_INVALID_ARGUMENT features(): \`layer\` is 0.5; give a number below 2, or one of input, shared.
    HPO_INVALID_ARGUMENT features(): the layer "shared" is applied 2 times; give one with one output.
    HPO_INVALID_ARGUMENT features(): \`data\` has no images; give at least one.
    HPO_INVALID_ARGUMENT features(): \`batchSize\` is 0; give a whole number from 1 on."
  `);
});
