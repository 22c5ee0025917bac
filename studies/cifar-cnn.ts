/**
 * CIFAR-10 with a small CNN: learning rate, weight decay, dropout, batch size and the widths of two hidden layers are
 * searched by the validation loss of short trainings, then the winner is trained on the full schedule and tested.
 */
import { defineStudy, median, TrialPruned, tpe } from 'hpo';
import {
  adam,
  allOf,
  cifar10,
  device,
  evaluate,
  cifar10Normalisation as normalisation,
  saveTraining,
  searchedCnn,
  split,
  train,
} from 'hpo/tfjs';
import { type CifarCnnParams, cifarCnn } from '../search-spaces/cifar-cnn.ts';

/** One training of the net; trials and the retraining differ in their data and their length alone. */
const recipe = (params: CifarCnnParams, seed: number) => ({
  model: searchedCnn({ ...params, seed }),
  optimizer: adam(params),
  batchSize: params.batchSize,
  normalisation,
  seed,
});

export default defineStudy({
  name: 'cifar-cnn',
  space: cifarCnn,
  direction: 'minimize', // validation loss after the last epoch
  sampler: tpe(),
  pruner: median(),
  trials: 30,
  seed: 20,
  trialTimeoutMs: 30 * 60_000,

  settings: { epochs: 5, trainImages: 45_000, validationImages: 5_000 },
  // A CPU core trains about 700 images a second: enough to rank configurations, in half a minute a trial.
  // `full` changes nothing: it is the name for the settings above where `quick` is the default.
  profiles: { quick: { epochs: 3, trainImages: 8_000 }, full: {} },
  device,
  defaultProfile: { cpu: 'quick' },

  async prepare({ log, progress, signal }) {
    await cifar10({ log, progress, signal });
  },

  async objective({ trial, params, settings, signal, studySeed }) {
    const images = (await cifar10({ signal })).train;
    const counts = { train: settings.trainImages, validation: settings.validationImages };
    const training = recipe(params, trial.seed);
    try {
      const { last } = await train({
        ...training,
        data: split(images, counts, studySeed),
        epochs: settings.epochs,
        signal,
        async onEpoch({ epoch, validationLoss, validationAccuracy }) {
          await trial.report(validationLoss, epoch);
          await trial.setUserAttr('validationAccuracy', validationAccuracy);
          if (await trial.shouldPrune()) throw new TrialPruned();
        },
      });
      return last.validationLoss;
    } finally {
      training.model.dispose();
    }
  },

  retrain: {
    settings: { epochs: 100 },
    profiles: { quick: { epochs: 12, trainImages: 20_000 } },

    async run({ params, settings, folder, signal, log, progress, studySeed }) {
      const { train: images, test } = await cifar10({ log, progress, signal });
      const counts = { train: settings.trainImages, validation: settings.validationImages };
      const training = recipe(params, studySeed);
      const { model } = training;
      try {
        const { history, best } = await train({
          ...training,
          data: split(images, counts, studySeed),
          epochs: settings.epochs,
          restoreBest: true, // the test is taken by the epoch of lowest validation loss
          augmentation: { horizontalFlip: 0.5 },
          signal,
          onEpoch({ epoch, validationLoss, validationAccuracy }) {
            progress({ label: 'retraining', done: epoch, total: settings.epochs, unit: 'epochs' });
            log(
              `epoch ${epoch}: validation loss ${validationLoss.toFixed(4)}, accuracy ${validationAccuracy.toFixed(4)}`,
            );
          },
        });
        await saveTraining(folder, { model, history });
        const metrics = await evaluate({ model, data: allOf(test), normalisation, signal });
        log(`test accuracy ${metrics.accuracy.toFixed(4)} with the weights of epoch ${best.epoch}`);
        return metrics;
      } finally {
        model.dispose();
      }
    },
  },
});
