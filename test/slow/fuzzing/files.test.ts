import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { decode, encode } from 'fast-png';
import { beforeAll, it } from 'vitest';
import type { Rng } from '../../../src/base/rng.ts';
import { categorical, defineStudy, float, space, variant } from '../../../src/index.ts';
import { readRetrained } from '../../../src/report/retrained.ts';
import { configurationFromFile } from '../../../src/runner/configuration-file.ts';
import { EventFile } from '../../../src/tracking/event-file.ts';
import { writeRetraining } from '../../../src/tracking/retraining.ts';
import { adam, device, loadModel, saveModel } from '../../../src/training/index.ts';
import { modelWeights } from '../../../src/training/loop/model-weights.ts';
import {
  readTrainingState,
  trainingFile,
  writeTrainingState,
} from '../../../src/training/saving/training-state-file.ts';
import { Fuzz, oneOf, spoiltText } from '../../support/fuzz.ts';
import { scaled } from '../../support/sweep-size.ts';
import { memoryFolder } from '../../support/temp-folder.ts';
import { conclude } from './conclude.ts';

const HOUR = 3_600_000;

beforeAll(() => device({ backend: 'cpu' }).then(() => undefined));

/** A small model with weights of its own. */
function smallModel(): tfl.Sequential {
  return tfl.sequential({
    layers: [
      tfl.layers.dense({ units: 3, inputShape: [2], name: 'a' }),
      tfl.layers.batchNormalization({ name: 'b' }),
      tfl.layers.dense({ units: 1, name: 'c' }),
    ],
  });
}

function answerOf(model: tfl.LayersModel): string {
  return tf.tidy(() => (model.predict(tf.tensor2d([[0.3, -0.7]])) as tf.Tensor).arraySync()).toString();
}

/** Cuts a file off, changes bytes of it, or repeats a part. @returns the change for a message. */
function spoilFile(file: string, rng: Rng): string {
  const bytes = readFileSync(file);
  const at = rng.integer(bytes.length + 1);
  if (rng.integer(3) === 0) {
    writeFileSync(file, bytes.subarray(0, at));
    return `cut at ${at} of ${bytes.length}`;
  }
  if (rng.integer(3) === 0 && statSync(file).size < 100_000) {
    writeFileSync(file, spoiltText(bytes.toString('latin1'), rng), 'latin1');
    return 'changed as a text';
  }
  for (let count = 1 + rng.integer(8); count > 0; count--) bytes[rng.integer(bytes.length)] = rng.integer(256);
  writeFileSync(file, bytes);
  return 'changed bytes';
}

it('fuzzing model files', { timeout: HOUR }, async () => {
  const [good, folder] = [memoryFolder(), memoryFolder()];
  const model = smallModel();
  await saveModel(model, good);
  const fuzz = new Fuzz('model files');
  await fuzz.run(scaled(1_500, 100), async (rng) => {
    cpSync(good, folder, { recursive: true });
    const name = oneOf(rng, readdirSync(good));
    const how = spoilFile(join(folder, name), rng);
    const loaded = await loadModel(folder);
    answerOf(loaded);
    loaded.dispose();
    const [found, saved] = [folder, good].map((each) => readFileSync(join(each, name))) as [Buffer, Buffer];
    return name === 'weights.bin' && !found.equals(saved) ? `${name} ${how} was taken for the saved one` : undefined;
  });
  conclude(fuzz);
});

it('fuzzing states of trainings', { timeout: HOUR }, async () => {
  const [good, folder] = [memoryFolder(), memoryFolder()];
  const weights = modelWeights(smallModel());
  const numbers = weights.map(({ variable }) => variable.dataSync() as Float32Array);
  const optimizer = adam({ learningRate: 0.1 });
  const record = (epoch: number) => ({
    epoch,
    trainLoss: 1 / epoch,
    trainAccuracy: 0.5,
    validationLoss: epoch === 1 ? 0.1 : 0.4,
    validationAccuracy: 0.5,
    seconds: 1,
    learningRate: 0.1,
    validationPerClass: ['cat', 'dog'].map((name) => ({
      name,
      accuracy: 0.5,
      precision: 0.25,
      recall: 0.5,
      f1: 1 / 3,
      support: epoch,
    })),
  });
  const history = [1, 2].map(record);
  const state = {
    history,
    best: record(1),
    metric: 'validationLoss' as const,
    epochs: 5,
    isStopped: false,
    isShown: true,
  };
  const parts = {
    weights: numbers,
    average: numbers.map((each) => each.map((number) => number / 2)),
    bestWeights: numbers.map((each) => each.slice()),
    optimizer: await optimizer.state(),
  };
  await writeTrainingState(good, { ...state, ...parts }, weights);
  const fuzz = new Fuzz('states of trainings');
  await fuzz.run(scaled(1_500, 100), async (rng) => {
    cpSync(good, folder, { recursive: true });
    const how = spoilFile(trainingFile(folder), rng);
    const read = await readTrainingState(folder, weights);
    const isSame =
      JSON.stringify(read.history) === JSON.stringify(history) &&
      JSON.stringify(read.weights) === JSON.stringify(numbers) &&
      JSON.stringify(read.average) === JSON.stringify(parts.average) &&
      read.epochs === state.epochs;
    return isSame ? undefined : `${how}: another state was read`;
  });
  conclude(fuzz);
});

it('fuzzing configurations and results', { timeout: HOUR }, async () => {
  const folder = memoryFolder();
  const study = defineStudy({
    name: 'study',
    space: space({
      x: float(-5, 5),
      c: categorical(['a', null, true]),
      o: variant({ adam: { beta: float(0, 1) }, sgd: {} }),
    }),
    settings: { epochs: 3 },
    profiles: { quick: { epochs: 1 } },
    objective: () => 1,
  });
  const params = { x: 1.5, c: 'a', o: { kind: 'adam', beta: 0.5 } };
  const best = {
    study: 'study',
    trial: 3,
    value: 0.5,
    params,
    settings: { epochs: 3 },
    profile: 'quick',
    studySeed: 4,
  };
  const metrics = {
    configuration: { study: 'study', trial: 3, settings: { epochs: 3 } },
    elapsedMs: 12,
    metrics: { loss: 0.5, accuracy: 'NaN', perClass: [{ name: 'cat', accuracy: 0.5 }], confusion: [[1]] },
  };
  const yaml = 'params:\n  x: 1.5\n  c: a\n  o:\n    kind: adam\n    beta: 0.5\nsettings: &s\n  epochs: 3\n';
  const history = 'epoch,trainLoss,validationLoss\n1,0.5,0.6\n2,0.4,0.5\n';
  const gradient = { name: 'w', low: 0, high: 1, count: 30, sum: 15, squares: 9, counts: Array(30).fill(1) };
  const insight = {
    images: 3,
    classes: [{ name: 'cat', images: 2, right: 1 }],
    layout: { layer: 'a', width: 2, kept: 0.5, points: [[0.5, 1, 0, 0]] },
    mistakes: { images: 1, shown: [{ label: 0, predicted: 0, confidence: 0.5 }] },
    samples: [0],
    channels: [{ mean: 0.5, deviation: 0.1 }],
    gradients: [gradient],
  };
  const picture = encode({ width: 4, height: 4, channels: 3, data: Uint8Array.from({ length: 48 }, (_, at) => at) });
  const fuzz = new Fuzz('configurations and results');
  await fuzz.run(scaled(2_000, 100), (rng) => {
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    const write = (name: string, text: string) => {
      let spoilt = text;
      for (let changes = 1 + rng.integer(2); changes > 0; changes--) spoilt = spoiltText(spoilt, rng);
      writeFileSync(join(folder, name), spoilt);
      return join(folder, name);
    };
    if (rng.integer(2) === 0) {
      const read = rng.integer(2) === 0 ? write('best.json', JSON.stringify(best, null, 2)) : write('best.yaml', yaml);
      const { params: flat } = configurationFromFile(read, study);
      // Names beyond the space are those that a trial asked for as it ran.
      return Object.entries(study.space.distributions).every(
        ([name, distribution]) => !(name in flat) || distribution.contains(flat[name]),
      )
        ? undefined
        : `accepted ${JSON.stringify(flat)}`;
    }
    // Half of these are left as they are, so that what lies behind them is read, too.
    if (rng.integer(2) === 0) write('metrics.json', JSON.stringify(metrics));
    else writeFileSync(join(folder, 'metrics.json'), JSON.stringify(metrics));
    write('history.csv', history);
    mkdirSync(join(folder, 'insight'));
    write('insight/insight.json', JSON.stringify(insight));
    const bytes = Uint8Array.from(picture);
    for (let changes = rng.integer(3); changes > 0; changes--) bytes[rng.integer(bytes.length)] = rng.integer(256);
    writeFileSync(join(folder, 'insight/channels.png'), bytes);
    const read = readRetrained('study', folder);
    const file = new EventFile(join(folder, 'tb'), undefined);
    writeRetraining('study', folder, file);
    file.close();
    if (read?.metrics.some(([, value]) => typeof value !== 'number')) return 'no numbers';
    const { layout, classes = [], channelsPicture } = read?.insight ?? {};
    const isWrong = layout?.points.some(([, , label, predicted]) => !classes[label] || !classes[predicted]);
    if (channelsPicture) decode(Buffer.from(channelsPicture, 'base64'), { checkCrc: true });
    return isWrong ? 'a class that there is not' : undefined;
  });
  conclude(fuzz);
});
