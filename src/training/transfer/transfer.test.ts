import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  adam,
  allOf,
  type Cifar10,
  cifar10,
  device,
  type EpochRecord,
  evaluate,
  keptFeatures,
  linearHead,
  cifar10Normalisation as normalisation,
  onlyClasses,
  plainCnn,
  train,
  trainHead,
  withHead,
} from '../index.ts';

let sample: Cifar10;
const before = process.env.HPO_CACHE;
const cache = mkdtempSync(join(tmpdir(), 'hpo-transfer-'));

beforeAll(async () => {
  process.env.HPO_CACHE = cache;
  await device({ backend: 'wasm' });
  sample = await cifar10({ folder: 'test/fixtures/cifar10-sample' });
});

afterAll(() => {
  if (before === undefined) delete process.env.HPO_CACHE;
  else process.env.HPO_CACHE = before;
  rmSync(cache, { recursive: true });
});

const some = (first: number, count: number) => ({
  set: sample.train,
  indices: Uint32Array.from({ length: count }, (_, at) => first + at),
});
const backbone = (seed: number) => plainCnn({ width: 0.25, dropout: 0, seed });
const layer = -2; // the input of the logits

const figures = (history: readonly EpochRecord[]): number[] =>
  history.flatMap(({ trainLoss, trainAccuracy, validationLoss, validationAccuracy }) => [
    ...[trainLoss, trainAccuracy],
    ...[validationLoss, validationAccuracy],
  ]);

describe('trainHead()', () => {
  test('is the training of the whole net with its other layers frozen, and leaves no tensor', async () => {
    const parts = { train: some(0, 96), validation: some(96, 32) };
    const schedule = { batchSize: 16, epochs: 3, seed: 7 };
    const options = () => ({ optimizer: adam({ learningRate: 3e-3, weightDecay: 1e-3 }) });
    const newHead = () => linearHead({ width: 128, classes: 10, dropout: 0.3, seed: 2 });

    const whole = withHead(backbone(1), newHead());
    for (const frozen of whole.layers.slice(0, -2)) frozen.trainable = false;
    const expected = await train({ model: whole, ...options(), data: parts, normalisation, ...schedule });

    const net = backbone(1);
    const featuresOf = (data: typeof parts.train) => keptFeatures('sample', { model: net, layer, data, normalisation });
    const data = { train: await featuresOf(parts.train), validation: await featuresOf(parts.validation) };
    const tensors = tf.memory().numTensors;
    const head = newHead();
    const own = tf.memory().numTensors - tensors;
    const { history, best } = await trainHead({ head, ...options(), data, ...schedule });
    expect(tf.memory().numTensors).toBe(tensors + own);

    const [actual, wanted] = [figures(history), figures(expected.history)];
    expect(actual).toHaveLength(12);
    for (const [at, figure] of actual.entries()) expect(figure).toBeCloseTo(wanted[at] as number, 4);
    expect(best).toBe(history.reduce((one, other) => (other.validationLoss < one.validationLoss ? other : one)));
    const { loss } = await evaluate({ model: withHead(net, head), data: parts.validation, normalisation });
    expect(loss).toBeCloseTo(best.validationLoss, 5);
    for (const model of [whole, net]) model.dispose();
  });

  test('refuses epochs and batches that cannot be', async () => {
    const head = linearHead({ width: 2, classes: 2, seed: 1 });
    const rows = { features: { values: new Float32Array(4), shape: [2, 2] as const }, labels: [0, 1] };
    const data = { train: rows, validation: rows };
    const training = { head, optimizer: adam(), data, batchSize: 1, epochs: 1, seed: 1 };
    await expect(trainHead({ ...training, epochs: 0 })).rejects.toThrow('trainHead(): `epochs` is 0; give a whole');
    await expect(trainHead({ ...training, batchSize: 0.5 })).rejects.toThrow('`batchSize` is 0.5; give a whole number');
    head.dispose();
  });
});

describe('keptFeatures()', () => {
  test('computes the features of a net and images once, and others for others', async () => {
    const folder = join(cache, 'features');
    const data = some(0, 8);
    const files = () => readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mtimeMs]);
    const ask = (seed: number, images = data) => {
      const model = backbone(seed);
      return keptFeatures('sample', { model, layer, data: images, normalisation }).finally(() => model.dispose());
    };
    const first = await ask(1);
    expect(first.features.shape).toEqual([8, 128]);
    expect([...first.labels]).toEqual([...sample.train.labels.subarray(0, 8)]);
    const kept = files();
    expect(await ask(1)).toEqual(first);
    expect(files()).toEqual(kept);
    const [[name = ''] = []] = kept as [string, number][];
    truncateSync(join(folder, name), 100);
    expect(await ask(1)).toEqual(first); // computed again
    expect(statSync(join(folder, name)).size).toBeGreaterThan(8 * 128 * 4);
    expect((await ask(2)).features.values).not.toEqual(first.features.values);
    expect((await ask(1, some(1, 8))).features.values.slice(0, 128)).toEqual(first.features.values.slice(128, 256));
    expect(files()).toHaveLength(kept.length + 2);
  });
});

describe('onlyClasses()', () => {
  test('takes the images of some classes, with new labels', () => {
    const set = onlyClasses(sample.train, ['ship', 'cat']);
    const { classes, labels } = sample.train;
    const wanted = [...labels.entries()].filter(([, label]) => ['ship', 'cat'].includes(classes[label] as string));
    expect(set.classes).toEqual(['ship', 'cat']);
    expect([...set.labels]).toEqual(wanted.map(([, label]) => (classes[label] === 'ship' ? 0 : 1)));
    expect(allOf(set).indices).toHaveLength(wanted.length);
    for (const [at, [index]] of wanted.entries()) expect([...set.read(at)]).toEqual([...sample.train.read(index)]);
  });

  test('refuses a class that is not there, or twice', () => {
    expect(() => onlyClasses(sample.train, ['lion'])).toThrow(
      /^onlyClasses\(\): the class "lion" is not in the set; there are airplane, .*, truck\.$/,
    );
    expect(() => onlyClasses(sample.train, ['cat', 'cat'])).toThrow('the class "cat" is named twice');
  });
});
