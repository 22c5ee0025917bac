/**
 * Eight CNNs for CIFAR-10 side by side: seven that were made by hand (two convolutions and hidden layers of 124 and 64;
 * narrower; without hidden layers; four convolutions; more kernels; residual blocks; dropout), and the winner of
 * `studies/cifar-cnn.ts`. Each is a trial with the training of the original (Adam at 1e-3, weight decay 5e-4, batches of
 * 64; the winner with its own), and its value is the mean validation loss of trainings with three seeds. So one report
 * has all eight curves, and each trial keeps the mean accuracy on the test images, which nothing is chosen by.
 *
 * The architecture is a hyperparameter: with more trials (`--trials 40`) the search goes on over all of them.
 */
import { defineStudy, nop, tpe } from 'hpo';
import {
  adam,
  allOf,
  cifar10,
  device,
  type EpochRecord,
  evaluate,
  logEpochs,
  measure,
  saveInsight,
  saveTraining,
  showProgress,
  split,
  train,
  variantCnn,
} from 'hpo/tfjs';
import { type CifarCnnVariantsParams, cifarCnnVariants } from '../search-spaces/cifar-cnn-variants.ts';

/** The changes that the original's text names: `--set augmentation=true`. Its code trains and validates without any. */
const changes = {
  horizontalFlip: 0.5,
  verticalFlip: 0.5,
  rotationDegrees: 90,
  colourJitter: { brightness: 0.5, contrast: 0.5, saturation: 0.5, hue: 0.5 },
};

interface Schedule {
  readonly epochs: number;
  readonly trainImages: number;
  readonly validationImages: number;
  readonly augmentation: boolean;
}

/** One training of one net; those of a trial differ in their seed alone. */
async function plan(params: CifarCnnVariantsParams, schedule: Schedule, studySeed: number, seed: number) {
  const { train: images } = await cifar10();
  const { epochs, trainImages, validationImages, augmentation } = schedule;
  const data = split(images, { train: trainImages, validation: validationImages }, studySeed);
  return {
    model: variantCnn({ architecture: params.architecture, seed }),
    optimizer: adam(params),
    data,
    normalisation: measure(data.train, { deviation: 'images' }),
    augmentation: augmentation ? changes : {},
    batchSize: params.batchSize,
    epochs,
    seed,
  };
}

const handMade = ['first', 'narrow', 'oneLayer', 'fourConvs', 'moreKernels', 'residual', 'dropout'] as const;
const original = { learningRate: 1e-3, weightDecay: 5e-4, batchSize: 64 } as const;
const searched = { kind: 'searched', fc1: 128, fc2: 64, dropout: 0.23 } as const;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

export default defineStudy({
  name: 'cifar-cnn-variants',
  space: cifarCnnVariants,
  direction: 'minimize', // mean validation loss after the last epoch
  sampler: tpe(),
  pruner: nop(), // a comparison needs whole curves
  trials: 8,
  enqueue: [
    ...handMade.map((kind) => ({ architecture: { kind }, ...original })),
    { architecture: searched, learningRate: 3.8e-4, weightDecay: 1.9e-3, batchSize: 64 },
  ],
  seed: 20,

  settings: { epochs: 25, trainImages: 45_000, validationImages: 5_000, augmentation: false, seeds: 3 },
  // A CPU core trains 2,300 images a second on two convolutions, and some 500 on four.
  profiles: { quick: { epochs: 3, trainImages: 8_000, seeds: 1 }, full: {} },
  device,
  defaultProfile: { cpu: 'quick' },

  async prepare({ log, progress, signal }) {
    await cifar10({ log, progress, signal });
  },

  async objective({ trial, params, settings, signal, studySeed }) {
    const { test } = await cifar10();
    const histories: (readonly EpochRecord[])[] = [];
    const testAccuracies: number[] = [];
    for (let seed = 1; seed <= settings.seeds; seed++) {
      const training = await plan(params, settings, studySeed, seed); // the same seeds for every net
      const { model, normalisation } = training;
      try {
        const { history } = await train({ ...training, signal });
        histories.push(history);
        testAccuracies.push((await evaluate({ model, data: allOf(test), normalisation, signal })).accuracy);
      } finally {
        model.dispose();
      }
    }
    const meanOf = (epoch: number, figure: 'trainLoss' | 'validationLoss' | 'validationAccuracy'): number =>
      mean(histories.map((history) => history[epoch - 1]?.[figure] ?? Number.NaN));
    for (let epoch = 1; epoch <= settings.epochs; epoch++) {
      const [trainLoss, validationAccuracy] = [meanOf(epoch, 'trainLoss'), meanOf(epoch, 'validationAccuracy')];
      await trial.report(meanOf(epoch, 'validationLoss'), epoch, { trainLoss, validationAccuracy });
    }
    await trial.setUserAttr('testAccuracies', testAccuracies);
    await trial.setUserAttr('testAccuracy', mean(testAccuracies));
    return meanOf(settings.epochs, 'validationLoss');
  },

  retrain: {
    settings: { epochs: 100 },
    profiles: { quick: { epochs: 6, trainImages: 20_000 } },

    async run({ params, settings, folder, checkpoints, signal, log, progress, studySeed }) {
      const training = await plan(params, settings, studySeed, studySeed);
      const { model, normalisation } = training;
      try {
        const { history, best } = await train({
          ...training,
          restoreBest: true, // the test uses the weights of the lowest validation loss
          checkpoints,
          signal,
          callbacks: [logEpochs(log), showProgress(progress, 'retraining')],
        });
        await saveTraining(folder, { model, history });
        const { test } = await cifar10();
        const metrics = await evaluate({ model, data: allOf(test), normalisation, signal });
        log(`test accuracy ${metrics.accuracy.toFixed(4)} with the weights of epoch ${best.epoch}`);
        await saveInsight(folder, { model, data: allOf(test), normalisation, progress, signal });
        return metrics;
      } finally {
        model.dispose();
      }
    },
  },
});
