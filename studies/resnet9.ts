/**
 * CIFAR-10 with ResNet-9, after David Page's net. Trial 0 is the original: Adam at 1e-3, 24 epochs, crops and flips (its
 * batch size of 128 was chosen here); `hpo retrain studies/resnet9.ts --trial 0` trains it in full. Trial 1 is the recipe
 * of "How to Train Your ResNet", with which such a net reaches 94 % in 24 epochs: Nesterov's SGD with one cycle of the
 * learning rate, label smoothing and cutout. The search goes on from there.
 *
 * The retraining ends with the misclassified images under Grad-CAM, for `hpo report`.
 */
import { defineStudy, median, TrialPruned, tpe } from 'hpo';
import {
  adam,
  allOf,
  cifar10,
  device,
  evaluate,
  logEpochs,
  cifar10Normalisation as normalisation,
  type Optimizer,
  oneCycle,
  resnet9,
  saveInsight,
  saveTraining,
  sgd,
  showProgress,
  split,
  train,
} from 'hpo/tfjs';
import { type ResNet9Params, resnet9Space } from '../search-spaces/resnet9.ts';

interface Schedule {
  readonly epochs: number;
  readonly trainImages: number;
  readonly validationImages: number;
  readonly width: number;
}

function optimizerOf({ optimizer, weightDecay }: ResNet9Params): Optimizer {
  const { learningRate } = optimizer;
  if (optimizer.kind === 'adam') return adam({ learningRate, weightDecay });
  return sgd({ learningRate, momentum: 0.9, nesterov: true, weightDecay });
}

/** One training of the net; trials and the retraining differ in their schedule and seed alone. */
async function plan(params: ResNet9Params, schedule: Schedule, studySeed: number, seed: number) {
  const { train: images } = await cifar10();
  const { epochs, trainImages, validationImages, width } = schedule;
  return {
    model: resnet9({ width, seed }),
    optimizer: optimizerOf(params),
    ...(params.schedule === 'one cycle' && { schedule: oneCycle() }),
    labelSmoothing: params.labelSmoothing,
    data: split(images, { train: trainImages, validation: validationImages }, studySeed),
    augmentation: { horizontalFlip: 0.5, cropPadding: 4, cutoutSize: params.cutoutSize },
    batchSize: params.batchSize,
    epochs,
    normalisation,
    seed,
  };
}

const plain = { schedule: 'constant', weightDecay: 1e-6, labelSmoothing: 0, cutoutSize: 0, batchSize: 128 } as const;
const page = { schedule: 'one cycle', weightDecay: 5e-4, labelSmoothing: 0.2, cutoutSize: 8, batchSize: 512 } as const;

export default defineStudy({
  name: 'resnet9',
  space: resnet9Space,
  direction: 'maximize', // validation accuracy after the last epoch
  sampler: tpe(),
  pruner: median(),
  trials: 20,
  enqueue: [
    { optimizer: { kind: 'adam', learningRate: 1e-3 }, ...plain },
    { optimizer: { kind: 'sgd', learningRate: 0.4 }, ...page },
  ],
  seed: 5,
  trialTimeoutMs: 60 * 60_000,

  settings: { epochs: 8, trainImages: 45_000, validationImages: 5_000, width: 1 },
  // A CPU core trains 37 images a second at width 1: this profile shows the way with a net of a quarter of the width.
  profiles: { quick: { epochs: 2, trainImages: 2_000, validationImages: 500, width: 0.25 }, full: {} },
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
    settings: { epochs: 24 },
    profiles: { quick: { epochs: 6, trainImages: 10_000 } },

    async run({ params, settings, folder, checkpoints, signal, log, progress, studySeed }) {
      const training = await plan(params, settings, studySeed, studySeed);
      const { model } = training;
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
        await saveInsight(folder, { model, data: allOf(test), normalisation, progress, signal });
        return metrics;
      } finally {
        model.dispose();
      }
    },
  },
});
