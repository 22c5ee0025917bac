import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { Rng } from '../../base/rng.ts';
import {
  adam,
  allOf,
  BatchNormLayer,
  type Cifar10,
  Conv2DLayer,
  cifar10,
  classificationMetrics,
  DropoutLayer,
  device,
  type EpochRecord,
  type EvaluateOptions,
  earlyStopping,
  evaluate,
  heInitialise,
  logEpochs,
  logSteps,
  memoryImages,
  cifar10Normalisation as normalisation,
  type OptimizerState,
  oneCycle,
  reduceOnPlateau,
  type SchedulePoint,
  type ShownProgress,
  type StepRecord,
  searchedCnn,
  sgd,
  showProgress,
  split,
  type TrainingCallback,
  type TrainOptions,
  train,
} from '../index.ts';

const folder = 'test/fixtures/cifar10-sample';
let sample: Cifar10;

beforeAll(async () => {
  await device({ backend: 'wasm' });
  sample = await cifar10({ folder });
});

/** A net with every kind of layer that is cheap enough for many steps. */
function smallCnn(seed: number): tfl.LayersModel {
  const model = tfl.sequential({
    layers: [
      new Conv2DLayer({ filters: 6, kernelSize: 4, stride: 4, useBias: false, inputShape: [32, 32, 3] }),
      new BatchNormLayer({ activation: 'relu' }),
      tfl.layers.maxPooling2d({ poolSize: 2 }),
      tfl.layers.flatten(),
      new DropoutLayer({ rate: 0.1, seed: `${seed}/dropout` }),
      tfl.layers.dense({ units: 10 }),
    ],
  });
  heInitialise(model, new Rng(`${seed}`));
  return model;
}

/** A short training of a fresh net, which is checked to leave no tensor behind. */
async function trainShortly({ build = smallCnn, ...options }: Partial<TrainOptions> & { build?: typeof smallCnn }) {
  const before = tf.memory().numTensors;
  const model = build(options.seed ?? 1);
  try {
    return await train({
      model,
      optimizer: adam({ weightDecay: 5e-4 }),
      data: split(sample.train, { train: 96, validation: 64 }, 3),
      normalisation,
      batchSize: 32,
      epochs: 2,
      seed: 1,
      ...options,
    });
  } finally {
    model.dispose();
    expect(tf.memory().numTensors - before).toBe(0);
  }
}

const figures = (history: readonly EpochRecord[]) => history.map(({ seconds: _, ...rest }) => rest);

describe('training', () => {
  test('learns', async () => {
    const { history, last, best } = await trainShortly({
      data: split(sample.train, { train: 384, validation: 128 }, 3),
      optimizer: adam({ learningRate: 0.01 }),
      epochs: 5,
      batchSize: 16,
    });
    expect(history.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5]);
    expect(last).toBe(history.at(-1));
    expect(last.trainLoss).toBeLessThan(1.95);
    expect(best.validationLoss).toBeLessThan(2.2);
    expect(best.validationAccuracy).toBeGreaterThan(0.2);
  });

  test('gives the same figures bit by bit for a seed, and others for another', async () => {
    const augmentation = { horizontalFlip: 0.5, cropPadding: 2 };
    const build = (seed: number) => searchedCnn({ fc1: 32, fc2: 16, dropout: 0.2, seed });
    const first = figures((await trainShortly({ build, augmentation })).history);
    expect(figures((await trainShortly({ build, augmentation })).history)).toEqual(first);
    expect(figures((await trainShortly({ build, augmentation, seed: 2 })).history)).not.toEqual(first);
  });

  test('leaves no tensor behind in over a hundred steps', async () => {
    const model = smallCnn(1);
    const counts: number[] = [];
    await train({
      model,
      optimizer: adam(),
      data: split(sample.train, { train: 72, validation: 8 }, 3),
      normalisation,
      batchSize: 2,
      epochs: 3,
      seed: 1,
      restoreBest: true,
      onEpoch: () => void counts.push(tf.memory().numTensors),
    });
    expect(new Set(counts).size).toBe(1);
    model.dispose();
  });

  test('a last batch of one image is left out', async () => {
    const { last } = await trainShortly({ data: split(sample.train, { train: 65, validation: 8 }, 3), epochs: 1 });
    expect(last.trainLoss).toBeGreaterThan(0);
  });

  test('heeds its signal between two steps', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    let epochs = 0;
    const run = trainShortly({
      epochs: 50,
      signal: controller.signal,
      onEpoch: () => {
        epochs++;
        setImmediate(() => controller.abort(reason));
      },
    });
    await expect(run).rejects.toBe(reason);
    expect(epochs).toBe(1);
  });

  test('passes on what its listener throws', async () => {
    const reason = new Error('pruned');
    const run = trainShortly({ onEpoch: () => Promise.reject(reason) });
    await expect(run).rejects.toBe(reason);
  });

  test('ends after the epoch for which a callback says stop', async () => {
    const seen: string[] = [];
    const { history, last } = await trainShortly({
      epochs: 5,
      callbacks: [{ onEpoch: ({ epoch }) => (epoch === 2 ? 'stop' : undefined) }],
      onEpoch: ({ epoch }) => void seen.push(`epoch ${epoch}`),
    });
    expect(history).toHaveLength(2);
    expect(last.epoch).toBe(2);
    expect(seen).toEqual(['epoch 1', 'epoch 2']);
    expect(
      await trainShortly({ epochs: 5, onEpoch: async ({ epoch }) => (epoch === 1 ? 'stop' : undefined) }),
    ).toMatchObject({ last: { epoch: 1 } });
  });

  test('shows its callbacks the end with the state of the optimizer, also where it is interrupted', async () => {
    const optimizer = adam();
    const ends: OptimizerState[] = [];
    const callbacks = [{ onEnd: async () => void ends.push(await optimizer.state()) }];
    await trainShortly({ optimizer, callbacks });
    const run = trainShortly({ optimizer, callbacks, onEpoch: () => Promise.reject(new Error('pruned')) });
    await expect(run).rejects.toThrow('pruned');
    expect(ends.map(({ step }) => step)).toEqual([6, 3]);
  });

  test.each([
    [64, 2],
    [65, 2], // a single image has no variance to normalise by
    [66, 3],
    [33, 1],
    [1, 1],
  ])('takes %i images in batches of 32 in %i steps', async (images, steps) => {
    const optimizer = adam();
    let taken: number | undefined;
    const data = split(sample.train, { train: images, validation: 8 }, 3);
    const onEpoch = async () => {
      taken = (await optimizer.state()).step;
    };
    const { last } = await trainShortly({ optimizer, data, epochs: 1, onEpoch });
    expect(taken).toBe(steps);
    const seen = images % 32 === 1 && images > 1 ? images - 1 : images;
    expect(Math.abs(last.trainAccuracy * seen - Math.round(last.trainAccuracy * seen))).toBeLessThan(1e-6);
  });

  test('stops when the validation loss has not fallen for as many epochs as its patience', async () => {
    const { history, best } = await trainShortly({
      optimizer: adam({ learningRate: 0.03 }),
      data: split(sample.train, { train: 64, validation: 64 }, 3),
      epochs: 40,
      patience: 2,
    });
    expect(history.length).toBeLessThan(40);
    expect(history.length - best.epoch).toBe(2);
  });

  test('ends with the weights of its best epoch if asked', async () => {
    const model = smallCnn(1);
    const data = split(sample.train, { train: 64, validation: 64 }, 3);
    const optimizer = adam({ learningRate: 0.03 });
    const options = { model, optimizer, data, normalisation, batchSize: 32, epochs: 40, patience: 2, seed: 1 };
    const { best, last } = await train({ ...options, restoreBest: true });
    expect(best.epoch).toBeLessThan(last.epoch);
    expect((await evaluate({ model, data: data.validation, normalisation })).loss).toBe(best.validationLoss);
    model.dispose();
  });

  test('has the learning rates of its schedule, and leaves the optimizer its own', async () => {
    const optimizer = adam({ learningRate: 0.5 });
    const points: SchedulePoint[] = [];
    const schedule = (point: SchedulePoint) => {
      points.push({ ...point, history: [...point.history] });
      return 1 / (1 + point.step);
    };
    const rates: number[] = [];
    const onEpoch = () => void rates.push(optimizer.learningRate);
    const { history } = await trainShortly({ optimizer, schedule, onEpoch, epochs: 3 });
    expect(
      points.map(({ step, steps, stepsPerEpoch, history }) => [step, steps, stepsPerEpoch, history.length]),
    ).toEqual(Array.from({ length: 9 }, (_, step) => [step, 9, 3, Math.floor(step / 3)]));
    expect(points[8]?.history[1]).toBe(history[1]);
    expect(rates).toEqual([0.5 / 3, 0.5 / 6, 0.5 / 9]);
    expect(history.map(({ learningRate }) => learningRate)).toEqual(rates);
    expect(optimizer.learningRate).toBe(0.5);
    expect((await trainShortly({ epochs: 1 })).last).not.toHaveProperty('learningRate');
  });

  test('takes the factor 1 for no schedule', async () => {
    const { history } = await trainShortly({});
    const { history: scheduled } = await trainShortly({ schedule: () => 1 });
    expect(figures(scheduled).map(({ learningRate: _, ...rest }) => rest)).toEqual(figures(history));
  });

  test.each([
    [{ epochs: 0 }, 'train(): `epochs` is 0; give a whole number from 1 on.'],
    [
      { build: () => tfl.sequential({ layers: [tfl.layers.flatten({ inputShape: [28, 28, 1] })] }) },
      'train(): the model takes images of 28 × 28 × 1, and these are 32 × 32 × 3; build it with their `imageShape`.',
    ],
    [
      { build: () => tfl.sequential({ layers: [tfl.layers.flatten({ inputShape: [32, 32, 3] })] }) },
      'train(): the model gives 3072 scores an image, and the images have 10 classes; build it for those.',
    ],
    [{ patience: 0 }, 'train(): `patience` is 0; give a whole number from 1 on.'],
    [{ logEvery: 1.5 }, 'train(): `logEvery` is 1.5; give a whole number from 1 on.'],
    [{ schedule: 0.1 as never }, 'train(): `schedule` is 0.1; give a schedule, as oneCycle().'],
    [
      { schedule: ({ step }: SchedulePoint) => (step < 4 ? 1 : Number.NaN) },
      'train(): `schedule` gave NaN for step 2 of epoch 2; let it give a finite number from 0 on.',
    ],
    [{ trainEvaluation: 1 as never }, 'train(): `trainEvaluation` is 1; give true or false.'],
    [{ perClass: 'all' as never }, 'train(): `perClass` is "all"; give true or false.'],
    [{ labelSmoothing: 1 }, 'train(): `labelSmoothing` is 1; give a number from 0 on, less than 1.'],
    [{ mixup: -1 }, 'train(): `mixup` is -1; give a number from 0 to'],
    [
      { gradientClipping: { norm: 0 } },
      'train(): `gradientClipping` is an object; give { norm } or { value } with a number above 0.',
    ],
    [{ gradientClipping: { norm: 1, value: 1 } }, 'train(): `gradientClipping` is an object; give { norm } or'],
    [{ gradientClipping: 1 as never }, 'train(): `gradientClipping` is 1; give { norm } or'],
    [{ weightAverage: { decay: 1 } }, 'train(), `weightAverage`: `decay` is 1; give a number from 0 on, less than 1.'],
    [{ weightAverage: {} as never }, 'train(), `weightAverage`: `decay` is missing; give a number from 0 on'],
    [{ restoreBest: 'accuracy' as never }, 'train(): `restoreBest` is "accuracy"; give true, false,'],
    [
      { restoreBest: 'trainEvaluationLoss' as const },
      "train(): `restoreBest` is 'trainEvaluationLoss', which the epochs do not have without `trainEvaluation: true`.",
    ],
    [
      { callbacks: [earlyStopping({ patience: 1, metric: 'trainEvaluationLoss' })] },
      'earlyStopping(): no epoch has a `trainEvaluationLoss`; there are trainLoss, trainAccuracy, validationLoss,',
    ],
    [
      { schedule: reduceOnPlateau({ metric: 'trainEvaluationLoss' }) },
      'reduceOnPlateau(): no epoch has a `trainEvaluationLoss`; ask train() for it.',
    ],
  ])('is refused in a line: %#', async (options: Parameters<typeof trainShortly>[0], line) => {
    const refused = await trainShortly(options).catch(({ message }: Error) => message);
    expect(refused).toContain(line);
    expect(refused).not.toContain('\n');
  });

  test('ends with the weights of the best epoch by the metric asked for', async () => {
    const model = smallCnn(1);
    const data = split(sample.train, { train: 64, validation: 64 }, 3);
    const options = { model, optimizer: adam({ learningRate: 0.03 }), data, normalisation, batchSize: 32, seed: 1 };
    const { best, history } = await train({ ...options, epochs: 8, restoreBest: 'validationAccuracy' });
    const most = Math.max(...history.map(({ validationAccuracy }) => validationAccuracy));
    expect(best).toBe(history.find(({ validationAccuracy }) => validationAccuracy === most));
    const lowest = Math.min(...history.map(({ validationLoss }) => validationLoss));
    expect(best.validationLoss).not.toBe(lowest); // so that the two metrics differ here
    expect((await evaluate({ model, data: data.validation, normalisation })).accuracy).toBe(most);
    model.dispose();
  });

  test('has the figures of the training images in inference, and of each class, if asked', async () => {
    const model = smallCnn(1);
    const data = split(sample.train, { train: 64, validation: 64 }, 3);
    const options = { model, optimizer: adam({ learningRate: 0.03 }), data, normalisation, batchSize: 16, seed: 1 };
    const { last } = await train({ ...options, epochs: 1, trainEvaluation: true, perClass: true });
    const ofTraining = await evaluate({ model, data: data.train, normalisation });
    const ofValidation = await evaluate({ model, data: data.validation, normalisation });
    expect(last.trainEvaluationLoss).toBe(ofTraining.loss);
    expect(last.trainEvaluationAccuracy).toBe(ofTraining.accuracy);
    expect(last.trainEvaluationLoss).not.toBe(last.trainLoss);
    expect(last.validationPerClass).toEqual(ofValidation.perClass);
    model.dispose();
  });

  test('leaves no tensor behind with all that a step may have', async () => {
    const counts = new Set<number>();
    await trainShortly({
      batchSize: 8,
      epochs: 4,
      schedule: oneCycle(),
      labelSmoothing: 0.1,
      mixup: 0.2,
      gradientClipping: { value: 0.1 },
      weightAverage: { decay: 0.9 },
      restoreBest: 'validationAccuracy',
      trainEvaluation: true,
      callbacks: [{ onStep: () => {} }],
      onEpoch: () => void counts.add(tf.memory().numTensors),
    });
    expect(counts.size).toBe(1);
    const stopping = { onEpoch: () => Promise.reject(new Error('pruned')), weightAverage: { decay: 0.9 } };
    await expect(trainShortly(stopping)).rejects.toThrow('pruned'); // trainShortly counts the tensors
  });

  test('an average of decay 0 is the weights themselves', async () => {
    const { history } = await trainShortly({});
    const averaged = await trainShortly({ weightAverage: { decay: 0 } });
    expect(figures(averaged.history)).toEqual(figures(history));
  });

  test('ends with the average, which was evaluated, while its callbacks see the weights themselves', async () => {
    const model = smallCnn(1);
    const data = split(sample.train, { train: 64, validation: 64 }, 3);
    const options = { model, optimizer: adam({ learningRate: 0.03 }), data, normalisation, batchSize: 16, seed: 1 };
    const losses: number[] = [];
    const judge = async () => (await evaluate({ model, data: data.validation, normalisation })).loss;
    const onEpoch = async () => void losses.push(await judge());
    const { last } = await train({ ...options, epochs: 2, weightAverage: { decay: 0.5 }, onEpoch });
    expect(losses.at(-1)).not.toBe(last.validationLoss);
    expect(await judge()).toBe(last.validationLoss);
    model.dispose();
  });

  test('ends with the best average where the best is asked for', async () => {
    const model = smallCnn(1);
    const data = split(sample.train, { train: 64, validation: 64 }, 3);
    const options = { model, optimizer: adam({ learningRate: 0.1 }), data, normalisation, batchSize: 16, seed: 1 };
    const averaged = { ...options, epochs: 8, weightAverage: { decay: 0.5 }, restoreBest: true };
    const { best, last } = await train(averaged);
    expect(best.epoch).toBeLessThan(last.epoch);
    expect((await evaluate({ model, data: data.validation, normalisation })).loss).toBe(best.validationLoss);
    model.dispose();
  });

  test('mixed images have other losses, the same for the same seed', async () => {
    const { history } = await trainShortly({});
    const mixed = figures((await trainShortly({ mixup: 1 })).history);
    expect(mixed[0]?.trainLoss).not.toBe(history[0]?.trainLoss);
    expect(figures((await trainShortly({ mixup: 1 })).history)).toEqual(mixed);
    expect(figures((await trainShortly({ mixup: 0 })).history)).toEqual(figures(history));
  });

  test('of nothing but NaN ends by its patience', async () => {
    const optimizer = adam({ learningRate: Number.NaN });
    expect((await trainShortly({ optimizer, epochs: 9, patience: 2 })).history).toHaveLength(2);
  });

  test('shows its callbacks every so many steps before the epoch, without tensors left', async () => {
    const seen: (StepRecord | number)[] = [];
    const counts = new Set<number>();
    const callback: TrainingCallback = {
      onStep: (record) => void seen.push(record),
      onEpoch: ({ epoch }) => {
        counts.add(tf.memory().numTensors);
        seen.push(epoch);
      },
    };
    const data = split(sample.train, { train: 100, validation: 8 }, 3);
    const { history } = await trainShortly({ data, batchSize: 16, logEvery: 3, callbacks: [callback] });
    expect(seen.map((each) => (typeof each === 'number' ? each : [each.epoch, each.step, each.stepsPerEpoch]))).toEqual(
      [[1, 3, 7], [1, 6, 7], [1, 7, 7], 1, [2, 3, 7], [2, 6, 7], [2, 7, 7], 2],
    );
    expect(counts.size).toBe(1);
    const [first, second, third] = seen as StepRecord[];
    const images = [48, 48, 4];
    const mean = (figure: 'trainLoss' | 'trainAccuracy') =>
      [first, second, third].reduce((sum, record, at) => sum + (record?.[figure] ?? 0) * (images[at] as number), 0) /
      100;
    expect(mean('trainLoss')).toBeCloseTo(history[0]?.trainLoss as number, 5);
    expect(mean('trainAccuracy')).toBeCloseTo(history[0]?.trainAccuracy as number, 5);
    expect((first as StepRecord).trainAccuracy * 48).toBeCloseTo(
      Math.round((first as StepRecord).trainAccuracy * 48),
      4,
    );
  });

  test('the figures are the same bit by bit whether its steps are shown or not', async () => {
    const { history } = await trainShortly({});
    const shown = await trainShortly({ logEvery: 1, callbacks: [logSteps(() => {})] });
    expect(figures(shown.history)).toEqual(figures(history));
  });

  test('passes on what a callback throws for a step', async () => {
    const reason = new Error('enough');
    let steps = 0;
    const onStep = () => {
      steps++;
      throw reason;
    };
    await expect(trainShortly({ batchSize: 8, logEvery: 2, callbacks: [{ onStep }] })).rejects.toBe(reason);
    await expect(trainShortly({ logEvery: 99, callbacks: [{ onStep }] })).rejects.toBe(reason);
    expect(steps).toBe(2);
  });

  test('is logged and shown', async () => {
    const [lines, shown]: [string[], ShownProgress[]] = [[], []];
    const log = (line: string) => void lines.push(line.replace(/\d+\.\d+/g, '#'));
    await trainShortly({
      epochs: 1,
      schedule: () => 1,
      callbacks: [logSteps(log), logEpochs(log), showProgress((each) => shown.push(each), 'retraining')],
    });
    expect(lines).toEqual([
      'epoch 1, step 3 of 3: training loss #, accuracy # %',
      'epoch 1 of 1: training loss #, accuracy # %; validation loss #, accuracy # %; learning rate #',
    ]);
    const total = { label: 'retraining', total: 1, unit: 'epochs' };
    expect(shown).toEqual([
      { ...total, done: 0 },
      { ...total, done: 1 },
    ]);
  });

  test('a loss that is not a number is never the best', async () => {
    const { best, history } = await trainShortly({ optimizer: adam({ learningRate: Number.NaN }), epochs: 2 });
    expect(history.every(({ validationLoss }) => Number.isNaN(validationLoss))).toBe(true);
    expect(best.epoch).toBe(2);
  });
});

describe('evaluation', () => {
  test('has the same figures in batches of any size, and of more classes than a matrix has', async () => {
    const model = smallCnn(1);
    const data = split(sample.train, { train: 64, validation: 65 }, 3).validation;
    const whole = await evaluate({ model, data, normalisation, topK: 3 });
    const batched = await evaluate({ model, data, normalisation, topK: 3, batchSize: 7 });
    expect(batched.confusion).toEqual(whole.confusion);
    expect(batched.loss).toBeCloseTo(whole.loss, 5);
    expect(whole).toMatchObject(classificationMetrics(whole.confusion, sample.train.classes, whole.loss));
    await expect(evaluate({ model, data, normalisation, batchSize: 0 })).rejects.toThrow(
      'evaluate(): `batchSize` is 0',
    );
    model.dispose();

    // More scores than are read back at once.
    const many = memoryImages({
      pixels: Uint8Array.from({ length: 70 }, (_, at) => at),
      labels: Array.from({ length: 70 }, (_, at) => at * 900),
      imageShape: [1, 1, 1],
      classes: Array.from({ length: 65_535 }, (_, at) => `${at}`),
    });
    const wide = tfl.sequential({
      layers: [tfl.layers.flatten({ inputShape: [1, 1, 1] }), tfl.layers.dense({ units: 65_535, useBias: false })],
    });
    const options = { model: wide, data: allOf(many), normalisation: { mean: [0.4], deviation: [0.01] } };
    const inParts = await evaluate({ ...options, batchSize: 30 });
    expect(inParts.confusion).toEqual([]);
    expect(inParts.perClass.reduce((sum, { support }) => sum + support, 0)).toBe(70);
    expect(inParts.loss).toBeCloseTo((await evaluate({ ...options, batchSize: 70 })).loss, 5);
    wide.dispose();
  });

  test('changes images only if asked, the same way for a seed', async () => {
    const model = smallCnn(1);
    const data = split(sample.train, { train: 64, validation: 64 }, 3).validation;
    const lossOf = async (options: Partial<EvaluateOptions> = {}) =>
      (await evaluate({ model, data, normalisation, ...options })).loss;
    const plain = await lossOf();
    expect(await lossOf({ augmentation: {} })).toBe(plain);
    const flipped = { augmentation: { horizontalFlip: 0.5 } };
    expect(await lossOf({ ...flipped, seed: 1 })).toBe(await lossOf({ ...flipped, seed: 1 }));
    expect(new Set([plain, await lossOf(flipped), await lossOf({ ...flipped, seed: 1 })]).size).toBe(3);
    expect(await lossOf({ ...flipped, seed: 0 })).toBe(await lossOf(flipped));
    await expect(lossOf({ augmentation: { horizontalFlip: 2 } })).rejects.toThrow('`horizontalFlip` is 2');
    model.dispose();
  });

  test('of a training leaves the validation images as they are, unless asked, and draws anew in each epoch', async () => {
    // Nothing of this net changes in training, so that the images alone make a difference.
    const build = () =>
      tfl.sequential({ layers: [tfl.layers.flatten({ inputShape: [32, 32, 3] }), tfl.layers.dense({ units: 10 })] });
    const data = split(sample.train, { train: 32, validation: 32 }, 3);
    const losses = async (more: Partial<TrainOptions>) => {
      const model = build();
      heInitialise(model, new Rng('flat'));
      const common = { model, data, normalisation, batchSize: 16, epochs: 2, seed: 1 };
      const { history } = await train({
        ...common,
        optimizer: sgd({ learningRate: 0 }),
        trainEvaluation: true,
        ...more,
      });
      model.dispose();
      return history.map(({ validationLoss, trainEvaluationLoss }) => [validationLoss, trainEvaluationLoss]);
    };
    const augmentation = { horizontalFlip: 0.5, cropPadding: 4 };
    const [plain, again] = await losses({ augmentation });
    expect(again).toEqual(plain);
    const [first, second] = await losses({ validationAugmentation: augmentation });
    expect(new Set([plain?.[0], first?.[0], second?.[0]]).size).toBe(3);
    expect([first?.[1], second?.[1]]).toEqual([plain?.[1], plain?.[1]]);
  });

  test('has the figures of a model that has learnt nothing', async () => {
    const model = searchedCnn({ fc1: 16, fc2: 16, dropout: 0.5, seed: 1 });
    const metrics = await evaluate({ model, data: allOf(sample.test), normalisation });
    const counted = metrics.confusion.flat().reduce((sum, count) => sum + count, 0);
    expect(counted).toBe(256);
    expect(metrics.perClass.map(({ name }) => name)).toEqual(sample.test.classes);
    expect(metrics.accuracy).toBeLessThan(0.3);
    expect(metrics.loss).toBeGreaterThan(1.5);
    expect(metrics.calibrationBins.reduce((sum, { count }) => sum + count, 0)).toBe(256);
    expect(metrics).not.toHaveProperty('topKAccuracy');
    const topOf = (topK: number) => evaluate({ model, data: allOf(sample.test), normalisation, topK });
    const shares = await Promise.all([1, 2, 5, 9, 10, 99].map(async (k) => (await topOf(k)).topKAccuracy as number));
    expect(shares[0]).toBe(metrics.accuracy);
    expect([...shares].sort()).toEqual(shares);
    expect(shares.slice(-2)).toEqual([1, 1]);
    await expect(topOf(0)).rejects.toThrow('evaluate(): `topK` is 0; give a whole number from 1 on.');
    model.dispose();
  });
});
