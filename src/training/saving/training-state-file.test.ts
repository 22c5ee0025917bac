import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { folderCheckpoints } from '../../../test/support/folder-checkpoints.ts';
import { memoryFolder } from '../../../test/support/temp-folder.ts';
import { HpoError } from '../../base/errors.ts';
import { Rng } from '../../base/rng.ts';
import {
  adam,
  adamw,
  BatchNormLayer,
  type Cifar10,
  cifar10,
  device,
  heInitialise,
  cifar10Normalisation as normalisation,
  rmsprop,
  sgd,
  split,
  type TrainOptions,
  train,
} from '../index.ts';
import { type ModelWeight, modelWeights } from '../loop/model-weights.ts';
import { readTrainingState, trainingFile, writeTrainingState } from './training-state-file.ts';

let sample: Cifar10;
let model: tfl.LayersModel;
let weights: readonly ModelWeight[];
/** The bytes of a sound file, and the place where its numbers begin. */
let sound: Buffer;
let numbersAt: number;
/** Another sound file: of a training with a schedule, the figures of classes, and an average. */
let rich: Buffer;

function smallNet({ units = 2, hasNorm = true } = {}): tfl.LayersModel {
  const built = tfl.sequential({
    layers: [
      tfl.layers.averagePooling2d({ poolSize: 16, inputShape: [32, 32, 3] }),
      tfl.layers.flatten(),
      tfl.layers.dense({ units, name: 'hidden' }),
      ...(hasNorm ? [new BatchNormLayer({ name: 'norm' })] : []),
      tfl.layers.dense({ units: 10, name: 'logits' }),
    ],
  });
  heInitialise(built, new Rng('small'));
  return built;
}

/** Trains with the checkpoints in a folder. The rate is so high that the last epoch is not the best. */
async function trainIn(root: string, options: Partial<TrainOptions> = {}) {
  return train({
    model: smallNet(),
    optimizer: adam({ learningRate: 3 }),
    data: split(sample.train, { train: 8, validation: 8 }, 3),
    normalisation,
    batchSize: 8,
    epochs: 3,
    seed: 1,
    checkpoints: await folderCheckpoints(root),
    ...options,
  });
}

beforeAll(async () => {
  await device({ backend: 'wasm' });
  sample = await cifar10({ folder: 'test/fixtures/cifar10-sample' });
  model = smallNet();
  weights = modelWeights(model);
  const root = memoryFolder();
  const { best } = await trainIn(root);
  expect(best.epoch).toBeLessThan(3);
  sound = readFileSync(trainingFile(join(root, 'step-3')));
  numbersAt = 8 + Number(sound.readBigUInt64LE());
  const other = memoryFolder();
  await trainIn(other, { schedule: () => 1, perClass: true, weightAverage: { decay: 0.5 } });
  rich = readFileSync(trainingFile(join(other, 'step-3')));
});

/** The path of a file with some bytes, under the name that it has in a checkpoint. */
function fileOf(bytes: Uint8Array): string {
  const path = trainingFile(memoryFolder());
  writeFileSync(path, bytes);
  return path;
}

/** The one line with which a file is refused. */
async function refusalOf(path: string): Promise<string> {
  const reason: unknown = await readTrainingState(join(path, '..'), weights).then(
    () => new Error('it was read'),
    (error: unknown) => error,
  );
  const { message } = reason as Error;
  expect(HpoError.is(reason) && reason.code, message).toBe('HPO_DATA');
  expect(message).not.toContain('\n');
  return message.replace(path, 'FILE');
}

type Head = Record<string, unknown>;

/** A file with a right checksum: the sound one, its head changed. */
function forged(change: (head: Head) => Head | string, file = sound): string {
  const headEnd = 8 + Number(file.readBigUInt64LE());
  const changed = change(JSON.parse(file.toString('utf8', 8, headEnd)));
  const text = Buffer.from(typeof changed === 'string' ? changed : JSON.stringify(changed));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const made = Buffer.concat([length, text, file.subarray(headEnd)]);
  const digits = '{"__metadata__":{"checksum":"'.length + 8;
  made.write(
    crc32(made.subarray(digits + 8))
      .toString(16)
      .padStart(8, '0'),
    digits,
  );
  return fileOf(made);
}

/** A changed record of the training, or a changed field of a tensor. */
const withRecord = (change: (text: string) => string) => (head: Head) => {
  const about = head.__metadata__ as Record<string, string>;
  return { ...head, __metadata__: { ...about, metadata: change(about.metadata as string) } };
};
const withTensor = (name: string, change: object | undefined) => (head: Head) => ({
  ...head,
  [name]: change && { ...(head[name] as object), ...change },
});

describe('the file of a training', () => {
  test('gives back the numbers it was given, NaN and negative zero included', async () => {
    const { history, best } = await readTrainingState(join(fileOf(sound), '..'), weights);
    expect(history).toHaveLength(3);
    const state = {
      history: [
        {
          ...best,
          epoch: 1,
          trainLoss: Number.NaN,
          validationLoss: -0,
          seconds: Number.POSITIVE_INFINITY,
          learningRate: Number.NaN,
        },
      ],
      metric: 'validationAccuracy' as const,
      epochs: 7,
      isStopped: true,
      isShown: false,
      weights: weights.map(({ variable }, at) => new Float32Array(variable.size).fill(at === 1 ? Number.NaN : -0)),
      optimizer: {
        kind: 'mine',
        learningRate: Number.NaN,
        step: 5,
        variables: { [weights[1]?.variable.name as string]: [new Float32Array(2).fill(-0), Float32Array.of(1)] },
      },
    };
    const classes = ['cat', 'dog, "small"'].map((name, at) => ({
      name,
      accuracy: at / 3,
      precision: 0.25,
      recall: at / 3,
      f1: 1e-300,
      support: 5,
    }));
    const second = { ...state.history[0], epoch: 2, trainEvaluationLoss: -0, validationPerClass: classes };
    state.history.push(second as (typeof state.history)[0]);
    const whole = {
      ...state,
      best: state.history[0] as (typeof state.history)[0],
      bestWeights: state.weights.map((each) => each.slice()),
    };
    const folder = memoryFolder();
    await writeTrainingState(folder, whole, weights);
    expect(await readTrainingState(folder, weights)).toEqual(whole);
    const averaged = { ...whole, average: state.weights.map((each) => each.map(() => 7)) };
    const other = memoryFolder();
    await writeTrainingState(other, averaged, weights);
    expect(await readTrainingState(other, weights)).toEqual(averaged);
    const isBest = { ...averaged, best: state.history[1] as (typeof state.history)[0], bestWeights: averaged.average };
    const last = memoryFolder();
    await writeTrainingState(last, isBest, weights);
    const read = await readTrainingState(last, weights);
    expect(read).toEqual(isBest);
    expect(read.bestWeights).toBe(read.average);
    await writeTrainingState(folder, whole, weights); // in place of a former checkpoint
    expect(await readTrainingState(folder, weights)).toEqual(whole);
  });

  test('is refused in a line wherever it is cut short, and where it has more bytes', async () => {
    const ends = [0, 1, 7, 8, 9, 40, numbersAt - 1, numbersAt, numbersAt + 1, sound.length - 4, sound.length - 1];
    for (const end of ends) expect(await refusalOf(fileOf(sound.subarray(0, end)))).toMatch(/damaged|cut short/);
    expect(await refusalOf(fileOf(Buffer.concat([sound, Buffer.alloc(1)])))).toMatch(/instead of \d+: it is damaged/);
  });

  test('is refused wherever a bit is another one', async () => {
    const rng = new Rng('bits');
    for (let turn = 0; turn < 300; turn++) {
      const damaged = Buffer.from(sound);
      const at = rng.integer(turn % 2 === 0 ? numbersAt : sound.length);
      damaged[at] = (damaged[at] as number) ^ (1 << rng.integer(8));
      expect(await refusalOf(fileOf(damaged)), `bit of byte ${at}`).toMatch(/^The checkpoint FILE cannot be used: /);
    }
  });

  test('is read where another program made it well', async () => {
    const { history } = await readTrainingState(
      join(
        forged((head) => head),
        '..',
      ),
      weights,
    );
    expect(history).toHaveLength(3);
  });

  const headIsDamaged = 'its head is damaged';
  test.each<[string, string, () => string]>([
    [
      'a tensor of 2^60 numbers',
      headIsDamaged,
      () => forged(withTensor('weights/0/kernel', { shape: [2 ** 30, 2 ** 30] })),
    ],
    [
      'a shape beyond all numbers',
      headIsDamaged,
      () => forged(withTensor('weights/0/kernel', { shape: [1e300, 1e300] })),
    ],
    ['a shape of fractions', headIsDamaged, () => forged(withTensor('weights/0/kernel', { shape: [0.5, 48] }))],
    [
      'a tensor that overlaps another',
      headIsDamaged,
      () => forged(withTensor('best/0/kernel', { data_offsets: [0, 96] })),
    ],
    [
      'a type that it does not have',
      headIsDamaged,
      () => forged(withTensor('weights/0/kernel', { dtype: 'constructor' })),
    ],
    ['a tensor that is a list', headIsDamaged, () => forged((head) => ({ ...head, 'weights/0/kernel': [] }))],
    ['a tensor too few', headIsDamaged, () => forged(withTensor('weights/0/kernel', undefined))],
    ['a head without an end', headIsDamaged, () => forged((head) => JSON.stringify(head).slice(0, -1))],
    [
      'a head that nests',
      headIsDamaged,
      () => forged((head) => `${JSON.stringify(head).slice(0, -1)},"a":${'['.repeat(1e6)}`),
    ],
    ['a head that is a list', 'it is of another format', () => forged(() => '[]')],
    [
      'another safetensors',
      'it is of another format',
      () => forged((head) => JSON.stringify({ a: head['weights/0/kernel'] })),
    ],
    [
      'a later version',
      `its format is "hpo-training-2" instead of 'hpo-training-1'`,
      () => forged((head) => JSON.stringify(head).replace('training-1', 'training-2')),
    ],
    [
      'a length beyond the file',
      'it is cut short, or of another format',
      () => fileOf(Buffer.from('ffffffffffffff7f7b7d', 'hex')),
    ],
    ['a record that is none', 'its record is none: it is damaged', () => forged(withRecord(() => '[1'))],
    [
      'no step',
      "its optimizer's record is none: it is damaged",
      () => forged(withRecord((text) => text.replace('"step": 3', '"step": -3'))),
    ],
    [
      'a best epoch that is none',
      'its best epoch is none: it is damaged',
      () => forged(withRecord((text) => text.replace(/"best": \d/, '"best": 9'))),
    ],
    [
      'two weights of a best epoch',
      'its best epoch is none: it is damaged',
      () => forged(withRecord((text) => text.replace(/"best": \d/, '"best": 3'))),
    ],
    ['a history of no epochs', headIsDamaged, () => forged(withTensor('history', { shape: [0, 6] }))],
    [
      'a history of other figures',
      'its history is none: it is damaged',
      () => forged(withTensor('history', { shape: [6, 3] })),
    ],
    [
      'a metric that is none',
      'its metric is none: it is damaged',
      () => forged(withRecord((text) => text.replace('"validationLoss"', '"seconds"'))),
    ],
    [
      'rates of another shape',
      "its history of 'learningRate' is none: it is damaged",
      () => forged(withTensor('figure/learningRate', { shape: [2, 3] }), rich),
    ],
    [
      'figures of classes of another shape',
      'its history of classes is none: it is damaged',
      () => forged(withTensor('perClass', { shape: [10, 3, 5] }), rich),
    ],
    [
      'classes without names',
      'its history is none: it is damaged',
      () =>
        forged(
          withRecord((text) => text.replace('"airplane", ', '')),
          rich,
        ),
    ],
    [
      'a foreign tensor',
      'it has a tensor "prototype", which belongs to no training: it is damaged',
      () => forged((head) => JSON.stringify(head).replace('optimizer/7/bias/1', 'prototype')),
    ],
  ])('is refused with %s', async (_what, why, make) => {
    const mend = 'remove its folder to train from the beginning';
    expect(await refusalOf(make())).toBe(`The checkpoint FILE cannot be used: ${why}; ${mend}.`);
  });

  test('is refused where its average lacks a weight', async () => {
    const path = forged((head) => JSON.stringify(head).replace('"average/7/bias"', '"average/9/bias"'), rich);
    expect(await refusalOf(path)).toContain("it has nothing where the model has 'logits/bias'");
  });

  test('is refused where it is no file', async () => {
    const path = (): string => trainingFile(memoryFolder());
    expect(await refusalOf(path())).toContain('there is no such file');
    const [folder, pipe, link, endless] = [path(), path(), path(), path()];
    mkdirSync(folder);
    expect(await refusalOf(folder)).toContain('it is not a regular file');
    if (process.platform === 'win32') return;
    execFileSync('mkfifo', [pipe]);
    expect(await refusalOf(pipe)).toContain('it is not a regular file');
    symlinkSync(fileOf(sound), link);
    expect(await refusalOf(link)).toContain('ELOOP');
    symlinkSync('/dev/zero', endless);
    expect(await refusalOf(endless)).toContain('ELOOP');
  });

  test('takes no memory for what a file of a terabyte claims to hold', async () => {
    const name = 'optimizer/7/bias/1'; // the last one, of ten numbers
    const huge = forged((head) => {
      const [start = 0] = (head[name] as { data_offsets: number[] }).data_offsets;
      return withTensor(name, { shape: [2 ** 38], data_offsets: [start, start + 2 ** 40] })(head);
    });
    truncateSync(huge, statSync(huge).size - 4 * 10 + 2 ** 40);
    expect(await refusalOf(huge)).toContain("the optimizer's numbers beside 'logits/bias' are none of its");
  });
});

describe('a training goes on with the model and the optimizer that it had, or is refused:', () => {
  let root: string;
  beforeAll(async () => {
    root = memoryFolder();
    await trainIn(root, { epochs: 1 });
  });

  const refused = (options: Partial<TrainOptions>): Promise<unknown> =>
    trainIn(root, options).catch(({ message }: Error) => message.replace(root, 'FOLDER').replace(/_\d+'/, "'"));

  test('a wider layer', async () => {
    expect(await refused({ model: smallNet({ units: 3 }) })).toMatchInlineSnapshot(
      `"The checkpoint FOLDER/step-1/training.safetensors cannot be used: its 'hidden/kernel' is F32 [12, 2], that of the model F32 [12, 3]; build the model as it was when the checkpoint was written, or remove its folder to train from the beginning."`,
    );
  });

  test('a layer less', async () => {
    expect(await refused({ model: smallNet({ hasNorm: false }) })).toMatchInlineSnapshot(
      `"The checkpoint FOLDER/step-1/training.safetensors cannot be used: it has "weights/2/scale" where the model has 'logits/kernel'; build the model as it was when the checkpoint was written, or remove its folder to train from the beginning."`,
    );
  });

  test('layers more', async () => {
    const deeper = tfl.sequential({ layers: [smallNet(), tfl.layers.dense({ units: 10, name: 'more' })] });
    expect(await refused({ model: deeper })).toMatchInlineSnapshot(
      `"The checkpoint FOLDER/step-1/training.safetensors cannot be used: it has nothing where the model has 'more/kernel'; build the model as it was when the checkpoint was written, or remove its folder to train from the beginning."`,
    );
  });

  test.each(Object.entries({ sgd, adamw, rmsprop }))('%s in place of adam', async (name, build) => {
    expect(await refused({ optimizer: build() })).toMatch(
      `training.safetensors cannot be used: its optimizer is "adam", and that of this training "${name}"; ` +
        'take an optimizer of the same kind, or remove its folder to train from the beginning.',
    );
  });

  test('an optimizer with another number of numbers, from a file that names no kind', async () => {
    const old = memoryFolder();
    cpSync(root, old, { recursive: true });
    const path = trainingFile(join(old, 'step-1'));
    const withoutKind = withRecord((text) => text.replace('"kind": "adam", ', ''));
    cpSync(forged(withoutKind, readFileSync(path)), path);
    expect(await refused({ optimizer: sgd(), checkpoints: await folderCheckpoints(old) })).toMatch(
      /: it keeps 2 numbers for each weight of 'hidden\/kernel', this one 1; restore it into an optimizer of the same kind/,
    );
    expect((await trainIn(old)).history).toHaveLength(3);
  });

  test('the checkpoint of another step', async () => {
    const checkpoints = { ...(await folderCheckpoints(root)), last: { step: 2, folder: join(root, 'step-1') } };
    expect(await refused({ checkpoints })).toMatchInlineSnapshot(
      `"The checkpoint FOLDER/step-1/training.safetensors cannot be used: it is that of epoch 1, and was kept for step 2; remove its folder to train from the beginning."`,
    );
  });

  test('an optimizer that does not take its state', async () => {
    const forgetful = Object.assign(adam(), { restore: () => {} });
    expect(await refused({ optimizer: forgetful })).toMatchInlineSnapshot(
      `"the state of the optimizer is not what was loaded from FOLDER/step-1/training.safetensors: the backend wasm may have no memory left; run fewer trials at once, or use another backend."`,
    );
  });

  test('a model that does not take its weights', async () => {
    const model = smallNet();
    for (const { variable } of modelWeights(model)) Object.assign(variable, { assign: () => {} });
    expect(await refused({ model })).toMatchInlineSnapshot(
      `"'hidden/kernel' of the model is not what was loaded from FOLDER/step-1/training.safetensors: the backend wasm may have no memory left; run fewer trials at once, or use another backend."`,
    );
  });
});
