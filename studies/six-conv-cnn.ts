/**
 * CIFAR-10 with a CNN of six unpadded convolutions and two wide hidden layers. The original reaches 78 % of the test
 * images (cats 63 %, cars 89 %) with SGD at 1e-3, momentum 0.9, batches of 16 and 50 epochs, and found Adam to be worse.
 * Its two optimizers are trials 0 and 1 here (`hpo retrain studies/six-conv-cnn.ts --trial 0` trains the original in full);
 * the search chooses between SGD and Adam, each with rates of its own, and over weight decay, dropout and batch size.
 *
 * The retraining begins with a table of the net's layers, and ends with the accuracy of each class.
 */
import { defineStudy, median, TrialPruned, tpe } from 'hpo';
import {
  adam,
  allOf,
  cifar10,
  device,
  evaluate,
  logEpochs,
  type Optimizer,
  saveInsight,
  saveTraining,
  sgd,
  showProgress,
  sixConvCnn,
  split,
  summary,
  train,
} from 'hpo/tfjs';
import { type SixConvParams, sixConvSpace } from '../search-spaces/six-conv-cnn.ts';

const normalisation = { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] }; // to -1..1

interface Schedule {
  readonly epochs: number;
  readonly trainImages: number;
  readonly validationImages: number;
}

function optimizerOf({ optimizer, weightDecay }: SixConvParams): Optimizer {
  const { learningRate } = optimizer;
  if (optimizer.kind === 'adam') return adam({ learningRate, weightDecay });
  return sgd({ learningRate, momentum: optimizer.momentum, weightDecay });
}

/** One training of the net; trials and the retraining differ in their schedule and seed alone. */
async function plan(params: SixConvParams, schedule: Schedule, studySeed: number, seed: number) {
  const { train: images } = await cifar10();
  const { epochs, trainImages, validationImages } = schedule;
  return {
    model: sixConvCnn({ dropout: params.dropout, seed }),
    optimizer: optimizerOf(params),
    data: split(images, { train: trainImages, validation: validationImages }, studySeed),
    batchSize: params.batchSize,
    epochs,
    normalisation,
    seed,
  };
}

export default defineStudy({
  name: 'six-conv-cnn',
  space: sixConvSpace,
  direction: 'maximize', // validation accuracy after the last epoch
  sampler: tpe(),
  pruner: median(),
  trials: 20,
  enqueue: [
    { optimizer: { kind: 'sgd', learningRate: 1e-3, momentum: 0.9 }, weightDecay: 1e-6, dropout: 0.5, batchSize: 16 },
    { optimizer: { kind: 'adam', learningRate: 1e-3 }, weightDecay: 1e-6, dropout: 0.5, batchSize: 16 },
  ],
  seed: 3,
  trialTimeoutMs: 60 * 60_000,

  settings: { epochs: 5, trainImages: 45_000, validationImages: 5_000 },
  // A CPU core trains about 100 images a second: this profile shows the way, and ranks little.
  profiles: { quick: { epochs: 1, trainImages: 1_200, validationImages: 500 }, full: {} },
  device,
  defaultProfile: { cpu: 'quick' },

  async prepare({ log, progress, signal }) {
    await cifar10({ log, progress, signal });
  },

  async objective({ trial, params, settings, signal, studySeed }) {
    const training = await plan(params, settings, studySeed, trial.seed);
    try {
      const { last } = await train({
        ...training,
        checkpoints: trial.checkpoints,
        signal,
        async onEpoch({ epoch, validationAccuracy, validationLoss }) {
          await trial.report(validationAccuracy, epoch, { validationLoss });
          if (await trial.shouldPrune()) throw new TrialPruned();
        },
      });
      return last.validationAccuracy;
    } finally {
      training.model.dispose();
    }
  },

  retrain: {
    settings: { epochs: 50 },
    profiles: { quick: { epochs: 4, trainImages: 4_000 } },

    async run({ params, settings, folder, checkpoints, signal, log, progress, studySeed }) {
      const training = await plan(params, settings, studySeed, studySeed);
      const { model } = training;
      log(`${summary(model)}`);
      try {
        const { history, best } = await train({
          ...training,
          restoreBest: 'validationAccuracy',
          checkpoints,
          signal,
          callbacks: [logEpochs(log), showProgress(progress, 'retraining')],
        });
        await saveTraining(folder, { model, history });
        const { test } = await cifar10();
        const metrics = await evaluate({ model, data: allOf(test), normalisation, signal });
        log(`test accuracy ${metrics.accuracy.toFixed(4)} with the weights of epoch ${best.epoch}`);
        log(metrics.perClass.map(({ name, accuracy }) => `${name} ${(100 * accuracy).toFixed(0)} %`).join(', '));
        await saveInsight(folder, { model, data: allOf(test), normalisation, progress, signal });
        return metrics;
      } finally {
        model.dispose();
      }
    },
  },
});
