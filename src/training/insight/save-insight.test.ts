import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { decode } from 'fast-png';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { refusal } from '../../../test/support/refusal.ts';
import { temporaryFolder } from '../../../test/support/run-hpo.ts';
import { Rng } from '../../base/rng.ts';
import { imageBatch } from '../images/image-batch.ts';
import {
  allOf,
  Conv2DLayer,
  cifar10,
  device,
  evaluate,
  heInitialise,
  type ImageSelection,
  type ImageSet,
  memoryImages,
  cifar10Normalisation as normalisation,
  saveInsight,
} from '../index.ts';

let set: ImageSet;
let data: ImageSelection;
const folders: string[] = [];

beforeAll(async () => {
  await device({ backend: 'wasm' });
  set = (await cifar10({ folder: 'test/fixtures/cifar10-sample' })).test;
  data = { set, indices: Uint32Array.from({ length: 60 }, (_, at) => at) };
});
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function newFolder(): string {
  const folder = temporaryFolder();
  folders.push(folder);
  return folder;
}

function smallNet(): tfl.LayersModel {
  const model = tfl.sequential({
    layers: [
      new Conv2DLayer({ filters: 4, kernelSize: 4, stride: 4, inputShape: [32, 32, 3] }),
      tfl.layers.reLU({ name: 'maps' }),
      tfl.layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }),
      tfl.layers.dense({ units: 10, name: 'logits' }),
    ],
  });
  heInitialise(model, new Rng('2'));
  return model;
}

const contentOf = (folder: string) => JSON.parse(readFileSync(join(folder, 'insight/insight.json'), 'utf8'));
const pngOf = (folder: string, name: string) => decode(readFileSync(join(folder, 'insight', `${name}.png`)));

test('the layout, the mistakes, samples and channels are written, and nothing else', async () => {
  const folder = newFolder();
  const model = smallNet();
  const metrics = await evaluate({ model, data, normalisation });
  const before = tf.memory().numTensors;
  const shares: number[] = [];
  await saveInsight(folder, {
    model,
    data,
    normalisation,
    points: 40,
    mistakes: 2,
    samples: 3,
    progress: ({ done }) => shares.push(done),
  });
  expect(tf.memory().numTensors).toBe(before);
  expect(shares.at(-1)).toBe(100);
  const content = contentOf(folder);
  expect(content.images).toBe(60);
  expect(content.classes).toEqual(
    metrics.perClass.map(({ name, support, accuracy }) => ({
      name,
      images: support,
      right: Math.round(accuracy * support),
    })),
  );
  expect(content.layout).toMatchObject({ width: 4, kept: expect.any(Number), divergence: expect.any(Number) });
  expect(content.layout.points).toHaveLength(40);
  for (const [x, y, label, predicted] of content.layout.points) {
    expect([Number.isFinite(x + y), Number.isInteger(label), predicted >= 0 && predicted < 10]).toEqual([
      true,
      true,
      true,
    ]);
  }
  expect(content.mistakes.images).toBe(60 - Math.round(60 * metrics.accuracy));
  const [first, second] = content.mistakes.shown;
  expect(first.confidence).toBeGreaterThanOrEqual(second.confidence);
  expect(first.label).not.toBe(first.predicted);
  expect(content.samples).toEqual([...new Set(set.labels.subarray(0, 60))].sort((a, b) => a - b));
  expect(content.gradients.map(({ name, count }: { name: string; count: number }) => [name, count])).toEqual(
    model.weights.map(({ originalName, shape }) => [originalName, tf.util.sizeFromShape(shape as number[])]),
  );
  const pngs = [
    'channels',
    ...content.samples.map((label: number) => `class-${label}`),
    ...['mistake-1', 'mistake-1-map', 'mistake-2', 'mistake-2-map'],
  ];
  expect(readdirSync(join(folder, 'insight')).sort()).toEqual(
    [...pngs.map((name) => `${name}.png`), 'insight.json'].sort(),
  );
  const wrong = [...data.indices].filter((index) => set.labels[index] === first.label);
  const picture = pngOf(folder, 'mistake-1');
  expect([picture.width, picture.height, picture.channels]).toEqual([32, 32, 3]);
  expect(wrong.some((index) => Buffer.from(set.read(index)).equals(Buffer.from(picture.data as Uint8Array)))).toBe(
    true,
  );
  expect([pngOf(folder, 'class-3').width, pngOf(folder, 'mistake-1-map').channels]).toEqual([96, 3]);
  const channels = pngOf(folder, 'channels');
  expect([channels.width, channels.height]).toEqual([32 * content.samples.length, 4 * 32]);
  const red = 3 * 32 * channels.width; // the first pixel of the second row of pictures
  expect([channels.data[red], channels.data[red + 1], channels.data[red + 2]]).toEqual([channels.data[0], 0, 0]);
  for (const { mean, deviation } of content.channels) {
    expect(mean).toBeGreaterThan(0.3);
    expect(mean).toBeLessThan(0.6);
    expect(deviation).toBeGreaterThan(0.1);
  }
  model.dispose();
});

test('the layout has the class and the prediction of each of its images, where some are drawn', async () => {
  const folder = newFolder();
  const model = smallNet();
  const predicted = tf.tidy(() => {
    const logits = model.apply(imageBatch(set, data.indices, normalisation)) as tf.Tensor;
    return tf.argMax(logits, 1).dataSync();
  });
  const labels = Uint16Array.from(predicted); // so that each image is recognised
  expect(new Set(labels).size).toBeGreaterThan(2);
  const { imageShape, classes, read } = set;
  const recognised = { imageShape, classes, labels, read: read.bind(set) };
  await saveInsight(folder, { model, data: allOf(recognised), normalisation, points: 20, mistakes: 0, samples: 0 });
  const { points } = contentOf(folder).layout;
  expect(points).toHaveLength(20);
  for (const [, , label, prediction] of points) expect(prediction).toBe(label);
  model.dispose();
});

test('the layout is by the last hidden layer, also of a model in a model', async () => {
  const input = tfl.input({ shape: [32, 32, 3] });
  const inner = smallNet();
  const linear = tfl.layers.activation({ activation: 'linear' }).apply(input);
  const around = tfl.model({ inputs: input, outputs: inner.apply(linear) as tfl.SymbolicTensor });
  const behind = tfl.sequential({ layers: [smallNet(), tfl.layers.dense({ units: 10, name: 'more' })] });
  for (const [model, width] of [
    [around, 4],
    [behind, 10],
  ] as const) {
    const folder = newFolder();
    await saveInsight(folder, { model, data, normalisation, points: 20, mistakes: 0, samples: 0 });
    expect(contentOf(folder).layout.width).toBe(width);
    model.dispose();
  }
});

test('former pictures are removed; what a model does not have is left out', async () => {
  const folder = newFolder();
  const flat = tfl.sequential({
    layers: [
      tfl.layers.flatten({ inputShape: [32, 32, 3] }),
      tfl.layers.dense({ units: 10, kernelInitializer: 'zeros' }),
    ],
  });
  await saveInsight(folder, { model: flat, data, normalisation, points: 0, mistakes: 1, samples: 0 });
  writeFileSync(join(folder, 'insight', 'mistake-7.png'), 'old');
  await saveInsight(folder, { model: flat, data, normalisation, points: 0, mistakes: 1, samples: 0 });
  expect(readdirSync(join(folder, 'insight')).sort()).toEqual(['channels.png', 'insight.json', 'mistake-1.png']);
  expect(contentOf(folder)).toMatchObject({
    layout: null,
    samples: [],
    mistakes: { shown: [{ predicted: 0, confidence: 0.1 }] },
  });
  flat.dispose();
});

test('a model whose numbers are not finite has no layout, unless its layer is named', async () => {
  const folder = newFolder();
  const model = smallNet();
  model.layers[0]?.setWeights([tf.fill([4, 4, 3, 4], Number.NaN), tf.zeros([4])]);
  await saveInsight(folder, { model, data, normalisation, mistakes: 1, samples: 1 });
  expect(contentOf(folder)).toMatchObject({ layout: null, mistakes: { shown: [{ confidence: 'NaN' }] } });
  const named = saveInsight(folder, { model, data, normalisation, featureLayer: 'maps' });
  await expect(named).rejects.toThrow('tsne(): row 0 holds NaN');
  model.dispose();
});

test('pictures of grey images are grey, and those of large ones reduced', async () => {
  const folder = newFolder();
  const [height, width] = [250, 100];
  const pixels = Uint8Array.from({ length: 4 * height * width }, (_, at) => at % 251);
  const grey = memoryImages({
    pixels,
    labels: [0, 1, 1, 0],
    imageShape: [height, width, 1],
    classes: ['a', 'b', 'none'],
  });
  const model = tfl.sequential({
    layers: [
      new Conv2DLayer({ filters: 2, kernelSize: 10, stride: 10, inputShape: [height, width, 1] }),
      tfl.layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }),
      tfl.layers.dense({ units: 3 }),
    ],
  });
  heInitialise(model, new Rng('1'));
  const measured = { mean: [0.5], deviation: [0.25] };
  await saveInsight(folder, { model, data: allOf(grey), normalisation: measured, points: 4, mistakes: 4 });
  const size = ({ width, height, channels }: { width: number; height: number; channels: number }) => [
    width,
    height,
    channels,
  ];
  expect(size(pngOf(folder, 'mistake-1'))).toEqual([34, 84, 1]); // a third of each side
  expect(size(pngOf(folder, 'mistake-1-map'))).toEqual([34, 84, 3]);
  expect(size(pngOf(folder, 'class-0'))).toEqual([68, 84, 1]);
  expect(size(pngOf(folder, 'channels'))).toEqual([68, 84, 3]); // one channel has no row of its own
  expect(contentOf(folder)).toMatchObject({
    samples: [0, 1],
    classes: [{ images: 2 }, { images: 2 }, { images: 0, right: 0 }],
  });
  model.dispose();
});

test('wrong options are refused before anything is written', async () => {
  const folder = newFolder();
  const model = smallNet();
  const refusals = await Promise.all(
    [
      { points: -1 },
      { mistakes: 0.5 },
      { featureLayer: 'x' },
      { mapLayer: 9 },
      { data: { set, indices: new Uint32Array() } },
    ].map((options) => refusal(saveInsight(folder, { model, data, normalisation, ...options }))),
  );
  expect(refusals.join('\n').replaceAll(/one of .*, maps, .*logits/g, 'one of …')).toMatchInlineSnapshot(`
    "HPO_INVALID_ARGUMENT saveInsight(): \`points\` is -1; give a whole number from 0 on.
    HPO_INVALID_ARGUMENT saveInsight(): \`mistakes\` is 0.5; give a whole number from 0 on.
    HPO_INVALID_ARGUMENT saveInsight(): \`layer\` is "x"; give a number below 4, or one of ….
    HPO_INVALID_ARGUMENT saveInsight(): \`layer\` is 9; give a number below 4, or one of ….
    HPO_INVALID_ARGUMENT saveInsight(): \`data\` has no images; give at least one."
  `);
  expect(readdirSync(folder)).toEqual([]);
  model.dispose();
});
