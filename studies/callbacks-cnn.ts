/**
 * CIFAR-10 with a CNN of three convolutions that is often shown as an example of callbacks: augmentation, a checkpoint
 * of the best epoch, and an early end. The original reaches 82.2 % of the test images (macro precision 82.3 %, recall
 * 82.2 %, F1 82.1 %, loss 0.538) with Adam at 1e-3, batches of 64, dropout 0.5, flips and crops, and ends after three
 * epochs without a better validation accuracy. It is trial 0 here: `hpo retrain studies/callbacks-cnn.ts --trial 0` trains
 * it in full. The search goes on from there over learning rate, dropout, batch size, width and augmentation.
 *
 * Its images are normalised by the original's standard deviations, the means of the images' own. Validation images are
 * taken as they are; the original's own validation figures are of augmented ones.
 *
 * Measured (wasm on two CPU cores that other programs used, too; seed 42, one run): 30 trials of two epochs of 3,000
 * images took 13 minutes of processor time, and the best of them (learning rate 3.7e-4, dropout 0.09, batches of 32,
 * double width, flips), trained for 6 epochs of 10,000 images, recognises 67.8 % of the test images (macro F1 67.7 %).
 * The original in full (`--trial 0 --profile full`, one run there) ended after 27 epochs and an hour: 81.8 % of the test
 * images, macro precision 81.8 %, recall 81.8 %, F1 81.7 %, loss 0.541. Not run yet: the full profile's search.
 */
import { defineStudy, median, TrialPruned, tpe } from 'hpo';
import {
  adam,
  allOf,
  cifar10,
  device,
  evaluate,
  logEpochs,
  plainCnn,
  saveInsight,
  saveTraining,
  showProgress,
  split,
  train,
} from 'hpo/tfjs';
import { type CallbacksCnnParams, callbacksCnn } from '../search-spaces/callbacks-cnn.ts';

const normalisation = { mean: [0.4914, 0.4822, 0.4465], deviation: [0.2023, 0.1994, 0.201] };

const augmentations = {
  none: {},
  flip: { horizontalFlip: 0.5 },
  'flip and crop': { horizontalFlip: 0.5, cropPadding: 4 },
} as const;

interface Schedule {
  readonly epochs: number;
  readonly trainImages: number;
  readonly validationImages: number;
}

/** One training of the net; trials and the retraining differ in their schedule and seed alone. */
async function plan(params: CallbacksCnnParams, schedule: Schedule, studySeed: number, seed: number) {
  const { train: images } = await cifar10();
  const { epochs, trainImages, validationImages } = schedule;
  return {
    model: plainCnn({ dropout: params.dropout, width: params.width, seed }),
    optimizer: adam({ learningRate: params.learningRate }),
    data: split(images, { train: trainImages, validation: validationImages }, studySeed),
    augmentation: augmentations[params.augmentation],
    batchSize: params.batchSize,
    epochs,
    normalisation,
    seed,
  };
}

export default defineStudy({
  name: 'callbacks-cnn',
  space: callbacksCnn,
  direction: 'maximize', // validation accuracy after the last epoch
  sampler: tpe(),
  pruner: median(),
  trials: 20,
  enqueue: [{ learningRate: 1e-3, dropout: 0.5, batchSize: 64, width: 1, augmentation: 'flip and crop' }],
  seed: 42,
  trialTimeoutMs: 30 * 60_000,

  settings: { epochs: 5, trainImages: 40_000, validationImages: 10_000 },
  // A CPU core trains 600 images a second at width 1, and 200 at width 2.
  profiles: { quick: { epochs: 2, trainImages: 2_500, validationImages: 1_000 }, full: {} },
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
    settings: { epochs: 38 }, // as many as the original had at most
    profiles: { quick: { epochs: 5, trainImages: 8_000 } },

    async run({ params, settings, folder, checkpoints, signal, log, progress, studySeed }) {
      const training = await plan(params, settings, studySeed, studySeed);
      const { model } = training;
      try {
        const { history, best } = await train({
          ...training,
          patience: 3,
          restoreBest: 'validationAccuracy',
          checkpoints,
          signal,
          callbacks: [logEpochs(log), showProgress(progress, 'retraining')],
        });
        await saveTraining(folder, { model, history });
        const { test } = await cifar10();
        const metrics = await evaluate({ model, data: allOf(test), normalisation, signal });
        const { precision, recall, f1 } = metrics.macro;
        log(`test accuracy ${metrics.accuracy.toFixed(4)} with the weights of epoch ${best.epoch}`);
        log(`macro precision ${precision.toFixed(4)}, recall ${recall.toFixed(4)}, F1 ${f1.toFixed(4)}`);
        await saveInsight(folder, { model, data: allOf(test), normalisation, progress, signal });
        return metrics;
      } finally {
        model.dispose();
      }
    },
  },
});
