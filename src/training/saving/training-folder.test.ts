import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tfl from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { memoryFolder } from '../../../test/support/temp-folder.ts';
import { device, type EpochRecord, saveTraining } from '../index.ts';

const record = (epoch: number, more: Partial<EpochRecord> = {}): EpochRecord => ({
  epoch,
  trainLoss: 1.5,
  trainAccuracy: 0.5,
  validationLoss: 2,
  validationAccuracy: 0.25,
  seconds: 1,
  ...more,
});

test('the epochs of a training have a column for each figure that one of them has, and their classes a file', async () => {
  await device({ backend: 'wasm' });
  const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 1, inputShape: [1] })] });
  const folder = memoryFolder();
  const validationPerClass = ['cat', 'a "big", dog'].map((name) => ({
    name,
    accuracy: 0.5,
    precision: 1,
    recall: 0.5,
    f1: 0.75,
    support: 8,
  }));
  const history = [record(1), record(2, { trainEvaluationLoss: 0.75, learningRate: 0.01, validationPerClass })];
  await saveTraining(folder, { model, history });
  expect(readFileSync(join(folder, 'history.csv'), 'utf8')).toMatchInlineSnapshot(`
    "epoch,trainLoss,trainAccuracy,validationLoss,validationAccuracy,seconds,learningRate,trainEvaluationLoss
    1,1.5,0.5,2,0.25,1,,
    2,1.5,0.5,2,0.25,1,0.01,0.75
    "
  `);
  expect(readFileSync(join(folder, 'classes.csv'), 'utf8')).toMatchInlineSnapshot(`
    "epoch,class,precision,recall,f1,support
    2,cat,1,0.5,0.75,8
    2,"a ""big"", dog",1,0.5,0.75,8
    "
  `);

  await saveTraining(folder, { model, history: [record(1)] });
  expect(readFileSync(join(folder, 'history.csv'), 'utf8')).toMatchInlineSnapshot(`
    "epoch,trainLoss,trainAccuracy,validationLoss,validationAccuracy,seconds
    1,1.5,0.5,2,0.25,1
    "
  `);
  expect(existsSync(join(folder, 'classes.csv'))).toBe(false);
  model.dispose();
});
