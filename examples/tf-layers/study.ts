import { type Scalar, tensor2d } from '@tensorflow/tfjs-core';
import { defineStudy, TrialPruned } from 'hpo';
import { device } from 'hpo/tfjs';
import { hourlyDemand, splitByTime, type Windows } from './demand.ts';
import { build, forecaster } from './model.ts';

const HOURS = 168; // a week, which a prediction looks back at
const data = splitByTime(hourlyDemand(), HOURS); // once in each worker

const tensors = ({ inputs, targets }: Windows) => ({
  x: tensor2d(inputs.map((row) => [...row])),
  y: tensor2d([...targets], [targets.length, 1]),
});

export default defineStudy({
  name: 'forecast',
  space: forecaster,
  direction: 'minimize', // the squared error in the validation's weeks
  trials: 30,
  settings: { epochs: 8 },
  device, // TensorFlow.js on the best backend of this machine

  async objective({ trial, params, settings, signal }) {
    const model = build(params, HOURS, trial.seed % 2 ** 31);
    const [train, validation] = [tensors(data.train), tensors(data.validation)];
    try {
      let loss = Number.NaN;
      for (let epoch = 1; epoch <= settings.epochs; epoch++) {
        signal.throwIfAborted(); // the trial's time is up, or the run is stopped
        await model.fit(train.x, train.y, { epochs: 1, batchSize: 64, shuffle: false, verbose: 0 });
        loss = (model.evaluate(validation.x, validation.y, { batchSize: 512 }) as Scalar).dataSync()[0] ?? Number.NaN;
        await trial.report(loss, epoch);
        if (await trial.shouldPrune()) throw new TrialPruned();
      }
      return loss;
    } finally {
      model.dispose();
      for (const tensor of [train.x, train.y, validation.x, validation.y]) tensor.dispose();
    }
  },

  retrain: {
    settings: { epochs: 20 },
    async run({ params, settings, folder, log, studySeed }) {
      const model = build(params, HOURS, studySeed % 2 ** 31);
      const [train, test] = [tensors(data.train), tensors(data.test)];
      await model.fit(train.x, train.y, { epochs: settings.epochs, batchSize: 64, shuffle: false, verbose: 0 });
      const loss = (model.evaluate(test.x, test.y, { batchSize: 512 }) as Scalar).dataSync()[0] ?? Number.NaN;
      await model.save(`file://${folder}/model`);
      log(`squared error in the last eight weeks, which no trial has seen: ${loss.toFixed(5)}`);
      return { loss };
    },
  },
});
