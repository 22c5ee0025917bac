import { crc32 } from 'node:zlib';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { folderCheckpoints } from '../../../test/support/folder-checkpoints.ts';
import { memoryFolder } from '../../../test/support/temp-folder.ts';
import { Rng } from '../../base/rng.ts';
import type { Checkpoints } from '../../study/trial/checkpoints.ts';
import { currentDevice, noteDevice } from '../backend/current-device.ts';
import {
  adam,
  adamw,
  BatchNormLayer,
  type Cifar10,
  Conv2DLayer,
  cifar10,
  cosineAnnealing,
  DropoutLayer,
  device,
  type EpochRecord,
  heInitialise,
  linearWarmup,
  cifar10Normalisation as normalisation,
  type Optimizer,
  oneCycle,
  reduceOnPlateau,
  rmsprop,
  searchedCnn,
  sgd,
  split,
  type TrainingCheckpoints,
  type TrainOptions,
  train,
} from '../index.ts';

let sample: Cifar10;

beforeAll(async () => {
  sample = await cifar10({ folder: 'test/fixtures/cifar10-sample' });
});

/** Batch normalisation of ours and of tf.layers, dropout twice in one step, and a frozen layer, in a few weights. */
function smallNet(): tfl.LayersModel {
  const dropout = new DropoutLayer({ rate: 0.2, seed: 'small' });
  const model = tfl.sequential({
    layers: [
      new Conv2DLayer({ filters: 3, kernelSize: 8, stride: 8, useBias: false, inputShape: [32, 32, 3] }),
      new BatchNormLayer({ activation: 'relu' }),
      tfl.layers.flatten(),
      dropout,
      tfl.layers.dense({ units: 8, trainable: false }),
      tfl.layers.batchNormalization(),
      dropout,
      tfl.layers.dense({ units: 10, kernelConstraint: tfl.constraints.maxNorm({ maxValue: 0.5, axis: 0 }) }),
    ],
  });
  tf.tidy(() => {
    heInitialise(model, new Rng('small'));
    for (const weight of model.nonTrainableWeights) weight.write(tf.fill(weight.shape as number[], 0.1));
  });
  return model;
}

const narrowR1 = () => searchedCnn({ fc1: 16, fc2: 16, dropout: 0.3, seed: 5 });

interface Case {
  readonly build: () => tfl.LayersModel;
  readonly optimizer: () => Optimizer;
  readonly options?: Partial<TrainOptions>;
}

const augmentation = { horizontalFlip: 0.5, cropPadding: 2 };
const cases: Readonly<Record<string, Case>> = {
  'R1 with adam and augmentation': {
    build: narrowR1,
    optimizer: () => adam({ weightDecay: 5e-4 }),
    options: { augmentation, epochs: 3 },
  },
  'a small net with sgd, momentum and dampening': {
    build: smallNet,
    optimizer: () => sgd({ learningRate: 0.1, momentum: 0.9, dampening: 0.2 }),
  },
  'the best weights, and patience': {
    build: smallNet,
    optimizer: () => adam({ learningRate: 0.1 }),
    options: { restoreBest: true, patience: 2, epochs: 9 },
  },
  'a learning rate that a callback sets, and a checkpoint of every third epoch': {
    build: smallNet,
    optimizer: () => sgd({ learningRate: 0.1, momentum: 0.5 }),
    options: { checkpointEvery: 3, epochs: 5 },
  },
};

const scheduled: typeof cases = {
  'a warm-up, a cosine and adamw': {
    build: smallNet,
    optimizer: () => adamw({ learningRate: 0.1, weightDecay: 0.1 }),
    options: { schedule: linearWarmup({ steps: 4 }, cosineAnnealing({ floor: 0.1 })) },
  },
  'a plateau and rmsprop': {
    build: smallNet,
    optimizer: () => rmsprop({ learningRate: 0.05, momentum: 0.5, centered: true }),
    options: { schedule: reduceOnPlateau({ patience: 0, factor: 0.5, threshold: 0.5 }) },
  },
  'the most accurate weights, and patience': {
    build: smallNet,
    optimizer: () => sgd({ learningRate: 0.5, momentum: 0.9, nesterov: true }),
    options: { restoreBest: 'validationAccuracy', patience: 2, epochs: 9, schedule: oneCycle() },
  },
};

const regularised: typeof cases = {
  'an average that begins late, mixup and smoothing': {
    build: smallNet,
    optimizer: () => adam({ learningRate: 0.03 }),
    options: { weightAverage: { decay: 0.7, fromStep: 5 }, mixup: 0.4, labelSmoothing: 0.1 },
  },
  'training images evaluated, the classes kept, and the best of them': {
    build: smallNet,
    optimizer: () => adam({ learningRate: 0.1 }),
    options: {
      trainEvaluation: true,
      perClass: true,
      validationAugmentation: augmentation,
      restoreBest: 'trainEvaluationAccuracy',
      patience: 2,
      epochs: 9,
    },
  },
  'the best average, and clipped gradients': {
    build: smallNet,
    optimizer: () => sgd({ learningRate: 0.5, momentum: 0.9 }),
    options: {
      weightAverage: { decay: 0.7 },
      gradientClipping: { norm: 1 },
      restoreBest: true,
      patience: 2,
      epochs: 9,
    },
  },
};

type Images = Parameters<typeof split>[1];

const figures = (history: readonly EpochRecord[]) => history.map(({ seconds: _, ...rest }) => rest);

/** A training in a process of its own, as far as it gets: a model built anew, and the checkpoints in a folder. */
async function run(
  { build, optimizer, options }: Case,
  root?: string,
  { images = { train: 36, validation: 16 }, ...more }: Partial<TrainOptions> & { images?: Images } = {},
) {
  const model = build();
  const taught = optimizer();
  const starts: number[] = [];
  const shown: number[] = [];
  try {
    const result = await train({
      model,
      optimizer: taught,
      data: split(sample.train, images, 3),
      normalisation,
      batchSize: 12,
      epochs: 4,
      seed: 1,
      callbacks: [
        {
          onBegin: ({ resumedAt, history }) => {
            expect(history.map(({ epoch }) => epoch)).toEqual(Array.from({ length: resumedAt }, (_, at) => at + 1));
            starts.push(resumedAt);
          },
          onEpoch: ({ epoch }) => {
            shown.push(epoch);
            if (!options?.schedule) taught.learningRate *= 0.9;
          },
        },
      ],
      ...(root !== undefined && { checkpoints: await folderCheckpoints(root) }),
      ...options,
      ...more,
    });
    // A checksum of each weight: the difference of thousands of numbers takes minutes to print.
    const weights = await Promise.all(
      model.getWeights().map(async (weight) => crc32((await weight.data()) as Float32Array)),
    );
    return {
      history: figures(result.history),
      best: result.best.epoch,
      last: result.last.epoch,
      weights,
      starts,
      shown,
    };
  } finally {
    model.dispose();
  }
}

class Killed extends Error {}

/** Kills a training in its n-th epoch, between two steps. */
function killedIn(epoch: number): Partial<TrainOptions> {
  const controller = new AbortController();
  const onEpoch = (record: EpochRecord) => {
    if (record.epoch === epoch - 1) setImmediate(() => controller.abort(new Killed()));
  };
  if (epoch === 1) setImmediate(() => controller.abort(new Killed()));
  return { signal: controller.signal, onEpoch };
}

describe('a resumed training is the uninterrupted one, bit by bit', () => {
  const few = { train: 9, validation: 2 }; // where every step takes long
  const everywhere = Object.entries({ ...cases, ...scheduled, ...regularised }).flatMap(([name, each]) => [
    { name, each, backend: 'wasm' as const, more: {} },
    ...(each.build === smallNet && name in cases
      ? [{ name, each, backend: 'cpu' as const, more: { batchSize: 4, images: few } }]
      : []),
  ]);

  test.each(everywhere)('on $backend: $name', async ({ each, backend, more }) => {
    await device({ backend });
    const whole = await run(each, undefined, more);
    const epochs = whole.history.length;
    if (each.options?.restoreBest) expect(whole.best).toBeLessThan(epochs);
    const rates = new Set(whole.history.map(({ learningRate }) => learningRate));
    expect(rates.size > 1).toBe(each.options?.schedule !== undefined);
    const every = each.options?.checkpointEvery ?? 1;
    for (const epoch of whole.shown) {
      const root = memoryFolder();
      await expect(run(each, root, { ...more, ...killedIn(epoch) })).rejects.toThrow(Killed);
      const resumed = await run(each, root, more);
      const from = every * Math.floor((epoch - 1) / every);
      expect(resumed).toEqual({ ...whole, starts: [from], shown: whole.shown.slice(from) });
      // Over is over: the same result again, without another epoch.
      expect(await run(each, root, more)).toEqual({ ...whole, starts: [epochs], shown: [] });
    }
  });
});

describe('a training with checkpoints', () => {
  const each = cases['a small net with sgd, momentum and dampening'] as Case;
  beforeAll(async () => {
    await device({ backend: 'wasm' });
  });

  test('is the same one without them, resumed several times, and leaves no tensor behind', async () => {
    const whole = await run(each);
    const root = memoryFolder();
    const before = tf.memory().numTensors;
    for (const epoch of [2, 3, 4]) await expect(run(each, root, killedIn(epoch))).rejects.toThrow(Killed);
    expect(await run(each, root)).toEqual({ ...whole, starts: [3], shown: [4] });
    expect(tf.memory().numTensors).toBe(before);
    expect(await run(each, memoryFolder())).toEqual(whole);
  });

  test('goes on where more epochs are asked for', async () => {
    const whole = await run(each);
    const root = memoryFolder();
    expect((await run(each, root, { epochs: 2 })).last).toBe(2);
    expect(await run(each, root)).toEqual({ ...whole, starts: [2], shown: [3, 4] });
    // One that is beyond its epochs keeps them all.
    expect(await run(each, root, { epochs: 1 })).toEqual({ ...whole, starts: [4], shown: [] });
  });

  test('begins an average that the checkpoint does not have, and ends without one that is no more asked for', async () => {
    const root = memoryFolder();
    await run(each, root, { epochs: 2 });
    const averaged = await run(each, root, { weightAverage: { decay: 0.7 } });
    expect(averaged.starts).toEqual([2]);
    const whole = await run(each);
    expect(averaged.history.map(({ trainLoss }) => trainLoss)).toEqual(whole.history.map(({ trainLoss }) => trainLoss));
    expect(averaged.weights).not.toEqual(whole.weights);
    expect((await run(each, root)).weights).toEqual(whole.weights);
  });

  test('warns where it goes on with a checkpoint of another device, and not with one of its own', async () => {
    const warnings: string[] = [];
    const note = (warning: Error & { code?: string }) => {
      if (warning.code === 'HPO_OTHER_DEVICE') warnings.push(warning.message);
    };
    process.on('warning', note);
    const own = currentDevice();
    try {
      const root = memoryFolder();
      for (const epochs of [1, 2]) await run(each, root, { epochs });
      noteDevice('wasm', 'WebAssembly elsewhere');
      await run(each, root, { epochs: 3 });
      await new Promise((done) => setImmediate(done)); // warnings come after the tick
      expect(warnings).toEqual([
        expect.stringContaining(
          `training.safetensors was written on "${own}" and the training goes on with "WebAssembly elsewhere": its losses`,
        ),
      ]);
    } finally {
      noteDevice('wasm', own);
      process.off('warning', note);
    }
  });

  test('goes on where patience is longer than it was, and ends with the best weights of all', async () => {
    const patient = cases['the best weights, and patience'] as Case;
    const whole = await run(patient, undefined, { patience: 4 });
    const root = memoryFolder();
    // The weights of the best epoch are kept whether they were asked for or not.
    const short = await run(patient, root, { patience: 1, restoreBest: false });
    expect(short.last).toBeLessThan(whole.last);
    const long = await run(patient, root, { patience: 4 });
    expect(long).toEqual({ ...whole, starts: [short.last], shown: whole.shown.slice(short.last) });
  });

  test('goes on with the metric of its checkpoint, and not with another that has another best epoch', async () => {
    const accurate = scheduled['the most accurate weights, and patience'] as Case;
    const whole = await run(accurate);
    const root = memoryFolder();
    await run(accurate, root, { epochs: 3 });
    const figures = await run(accurate, root, { restoreBest: false, patience: 9, epochs: 3 });
    expect(figures.best).toBe(
      whole.history
        .slice(0, 3)
        .reduce(
          (best, { validationAccuracy }, at, all) =>
            validationAccuracy > (all[best - 1]?.validationAccuracy as number) ? at + 1 : best,
          1,
        ),
    );
    const other = figures.best === 1 ? 'trainLoss' : 'validationLoss';
    await expect(run(accurate, root, { restoreBest: other })).rejects.toThrow(
      `the best by 'validationAccuracy', and not by '${other}'; take 'validationAccuracy' as \`restoreBest\`, or remove`,
    );
  });

  test('stays stopped where a callback has stopped it, unless it is to have more epochs than then', async () => {
    const root = memoryFolder();
    const stopping = { onEpoch: ({ epoch }: EpochRecord) => (epoch === 2 ? ('stop' as const) : undefined) };
    const stopped = await run(each, root, stopping);
    expect(stopped.last).toBe(2);
    expect(await run(each, root, stopping)).toEqual({ ...stopped, starts: [2], shown: [] });
    const whole = await run(each, undefined, { epochs: 5 });
    expect(await run(each, root, { epochs: 5 })).toEqual({ ...whole, starts: [2], shown: [3, 4, 5] });
  });

  test('keeps the epoch at which a callback throws, and shows it once more when it goes on', async () => {
    const whole = await run(each);
    const root = memoryFolder();
    const pruning = { checkpointEvery: 10, onEpoch: () => Promise.reject(new Killed()) };
    await expect(run(each, root, pruning)).rejects.toThrow(Killed);
    expect((await folderCheckpoints(root)).last?.step).toBe(1);
    await expect(run(each, root, pruning)).rejects.toThrow(Killed); // by the same epoch again
    expect((await folderCheckpoints(root)).last?.step).toBe(1);
    const { history } = await run(each, root, { onEpoch: () => {} });
    expect(history.map(({ epoch }) => epoch)).toEqual(whole.history.map(({ epoch }) => epoch));
    // A callback that stops when it is shown the epoch again has stopped the training.
    const other = memoryFolder();
    await expect(run(each, other, pruning)).rejects.toThrow(Killed);
    expect((await run(each, other, { onEpoch: () => 'stop' })).last).toBe(1);
  });

  test('passes on what a callback throws where the checkpoint cannot be written either', async () => {
    const root = memoryFolder();
    const keep = () => Promise.reject(new Error('disk'));
    const checkpoints: TrainingCheckpoints = { last: undefined, keep };
    const onEpoch = () => Promise.reject(new Killed());
    await expect(run(each, root, { checkpoints, onEpoch })).rejects.toThrow(Killed);
    await expect(run(each, root, { checkpoints })).rejects.toThrow('disk');
  });

  test('refuses those of another model that was trained in the same process', async () => {
    const checkpoints = await folderCheckpoints(memoryFolder());
    await run(each, undefined, { checkpoints });
    await expect(run(each, undefined, { checkpoints })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[HpoError: train(): \`checkpoints\` hold the training of another model; give those of a trial to one model alone.]`,
    );
    await expect(run(each, undefined, { checkpoints, checkpointEvery: 0 })).rejects.toThrow('`checkpointEvery` is 0');
  });

  test('takes those of a trial', () => {
    const ofTrial = {} as Checkpoints;
    expect(ofTrial satisfies TrainingCheckpoints).toBe(ofTrial);
  });
});
