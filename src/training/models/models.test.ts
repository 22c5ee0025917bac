import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { imageBatch } from '../images/image-batch.ts';
import {
  adam,
  type Cifar10,
  type CnnArchitecture,
  cifar10,
  device,
  loadModel,
  type NetOptions,
  cifar10Normalisation as normalisation,
  plainCnn,
  resnet9,
  resnet18,
  saveModel,
  searchedCnn,
  sixConvCnn,
  train,
  variantCnn,
  weightedBranches,
} from '../index.ts';
import { emptyResnet18 } from './resnet18.ts';

let sample: Cifar10;

beforeAll(async () => {
  await device({ backend: 'wasm' });
  sample = await cifar10({ folder: 'test/fixtures/cifar10-sample' });
});

type Net = (options: NetOptions) => tfl.LayersModel;

/** The nets, narrow where they can be; beside them the fewest pixels of a side. Their counts are in test/golden/pytorch. */
const nets: Readonly<Record<string, readonly [net: Net, leastSide: number]>> = {
  searchedCnn: [(options) => searchedCnn({ ...options, fc1: 16, fc2: 8, dropout: 0 }), 12],
  plainCnn: [(options) => plainCnn({ ...options, width: 0.25, dropout: 0 }), 8],
  sixConvCnn: [(options) => sixConvCnn({ ...options, dropout: 0 }), 22],
  weightedBranches: [(options) => weightedBranches({ ...options, width: 0.25, dropout: 0 }), 32],
  resnet9: [(options) => resnet9({ ...options, width: 0.25 }), 8],
  ...Object.fromEntries(
    (['first', 'narrow', 'oneLayer', 'dropout', 'fourConvs', 'moreKernels', 'residual'] as const).map((kind) => [
      `variantCnn ${kind}`,
      [
        (options: NetOptions) => variantCnn({ ...options, architecture: { kind } }),
        ['fourConvs', 'moreKernels', 'residual'].includes(kind) ? 18 : 12,
      ] as const,
    ]),
  ),
};

describe.each(Object.entries(nets))('%s', (_name, [net, leastSide]) => {
  test('takes images of any shape from its smallest on, and any number of classes', () => {
    for (const imageShape of [
      [leastSide, leastSide, 1],
      [leastSide + 1, leastSide + 3, 4],
    ] as const) {
      const model = net({ imageShape, classes: 3, seed: 1 });
      const logits = tf.tidy(() => model.apply(tf.ones([2, ...imageShape])) as tf.Tensor);
      expect(logits.shape).toEqual([2, 3]);
      expect(logits.dataSync().every(Number.isFinite)).toBe(true);
      logits.dispose();
      model.dispose();
    }
  });

  test('refuses smaller ones in a line', () => {
    const imageShape = [leastSide, leastSide - 1, 3] as const;
    const refusal = `images of ${leastSide}×${leastSide - 1} are too small for this net; give ones of ${leastSide}×${leastSide} or more.`;
    expect(() => net({ imageShape, seed: 1 })).toThrow(refusal);
  });
});

test('an image shape, a number of classes, a dropout, a width and an architecture that cannot be are refused', () => {
  const imageShape = [32, 32] as unknown as [number, number, number];
  expect(() => resnet18({ imageShape, seed: 1 })).toThrow(
    'resnet18(): `imageShape` is [32, 32]; give [height, width, channels] of the images.',
  );
  expect(() => resnet18({ classes: 1, seed: 1 })).toThrow('`classes` is 1; give a whole number from 2 on.');
  expect(() => plainCnn({ dropout: 1, seed: 1 })).toThrow('`dropout` is 1; give a number from 0 to below 1.');
  expect(() => plainCnn({ width: 0, seed: 1 })).toThrow('`width` is 0; give a number above 0.');
  const architecture = { kind: 'fifth' } as unknown as CnnArchitecture;
  expect(() => variantCnn({ architecture, seed: 1 })).toThrow(/`architecture.kind` is "fifth"; give 'first' or /);
});

test('resnet18 may resize images first', () => {
  const model = emptyResnet18({ imageShape: [8, 12, 1], resizeTo: 32 });
  expect(model.inputs[0]?.shape).toEqual([null, 8, 12, 1]);
  expect(model.getLayer('conv1').outputShape).toEqual([null, 16, 16, 64]);
  model.dispose();
  expect(() => emptyResnet18({ resizeTo: 0 })).toThrow('resnet18(): `resizeTo` is 0; give a whole number from 1 on.');
});

describe.each([
  { name: 'searchedCnn', build: () => searchedCnn({ fc1: 128, fc2: 64, dropout: 0, seed: 1 }) },
  { name: 'plainCnn', build: () => plainCnn({ dropout: 0, seed: 1 }) },
  { name: 'weightedBranches', build: () => weightedBranches({ width: 0.5, dropout: 0, seed: 1 }) },
  { name: 'resnet9', build: () => resnet9({ width: 0.5, seed: 1 }) },
  { name: 'variantCnn', build: () => variantCnn({ architecture: { kind: 'residual' }, seed: 1 }) },
])('$name', ({ build }) => {
  const first = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, at) => at);

  test('learns in every weight: one step lowers the loss of its batch, and no tensor is left', async () => {
    const before = tf.memory().numTensors;
    const model = build();
    const read = () => model.getWeights().map((weight) => weight.dataSync().slice());
    const start = read();
    const images = { set: sample.train, indices: first(8) };
    const { history } = await train({
      model,
      optimizer: adam({ learningRate: 1e-4 }),
      data: { train: images, validation: images },
      normalisation,
      batchSize: 8,
      epochs: 2, // of one step each
      seed: 1,
    });
    expect(history[1]?.trainLoss).toBeLessThan(history[0]?.trainLoss ?? 0);
    const isUnchanged = read().map((weight, at) => weight.every((value, index) => value === start[at]?.[index]));
    expect(isUnchanged).not.toContain(true);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('is saved and loaded with the same logits', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hpo-models-'));
    try {
      const model = build();
      await saveModel(model, folder);
      const loaded = await loadModel(folder);
      const batch = imageBatch(sample.test, first(2), normalisation);
      const logits = [model, loaded].map((either) => (either.apply(batch) as tf.Tensor).arraySync() as number[][]);
      expect(logits[0]?.flat().every(Number.isFinite)).toBe(true);
      expect(logits[1]).toEqual(logits[0]);
      model.dispose();
      loaded.dispose();
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

test('the dropout layers of a net drop other values than each other, the same ones for the same seed', () => {
  const seedsOf = (seed: number) =>
    searchedCnn({ fc1: 16, fc2: 16, dropout: 0.5, seed })
      .layers.filter((layer) => layer.getClassName() === 'HpoDropout')
      .map((layer) => layer.getConfig().seed);
  const [first, second] = [seedsOf(1), seedsOf(2)];
  expect(new Set([...first, ...second]).size).toBe(4);
  expect(seedsOf(1)).toEqual(first);
});
