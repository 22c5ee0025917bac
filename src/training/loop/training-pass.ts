import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { Rng } from '../../base/rng.ts';
import { imageBatch } from '../images/image-batch.ts';
import { randomChanges } from '../images/random-changes.ts';
import { inTrainingStep } from '../training-step.ts';
import type { LearningRates } from './learning-rates.ts';
import { drawMixture } from './mixup.ts';
import { StepReports } from './step-reports.ts';
import { stepsPerEpoch, type TrainOptions } from './train-options.ts';
import { update } from './training-update.ts';
import type { WeightAverage } from './weight-average.ts';

/** The parts of a training that change from step to step beside model and optimizer. */
export interface SteppedParts {
  readonly rates: LearningRates;
  readonly average: WeightAverage | undefined;
}

/** One pass over the training images in a random order. */
export async function passOverImages(
  options: TrainOptions,
  { rates, average }: SteppedParts,
  epoch: number,
): Promise<{ readonly trainLoss: number; readonly trainAccuracy: number }> {
  const { model, optimizer, data, normalisation, augmentation, batchSize, seed, signal } = options;
  const { callbacks = [], logEvery = 50, mixup = 0 } = options;
  const { set, indices } = data.train;
  const order = new Rng(`${seed}/order/${epoch}`).permutation(indices.length).map((at) => indices[at] as number);
  const changes = augmentation && randomChanges(augmentation, { seed, epoch });
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const trained = new Set(variables);
  const steps = stepsPerEpoch(options);
  const reports = new StepReports(callbacks);
  let sums = tf.zeros([2]);
  let seen = 0;
  try {
    for (let step = 1; step <= steps; step++) {
      signal?.throwIfAborted();
      const batch = order.subarray((step - 1) * batchSize, step * batchSize);
      const labels = Int32Array.from(batch, (index) => set.labels[index] as number);
      seen += batch.length;
      const stepsBefore = (epoch - 1) * steps + step - 1;
      rates.set(stepsBefore);
      const place = { seed, epoch, step };
      const mixture = mixup > 0 ? drawMixture(mixup, batch.length, place) : undefined;
      const before = sums;
      sums = inTrainingStep({ ...place, trained }, () =>
        tf.tidy(() => {
          const inputs = imageBatch(set, batch, normalisation, changes);
          return update(model, variables, { inputs, labels, mixture }, options, before);
        }),
      );
      average?.take(stepsBefore + 1);
      before.dispose();
      if (step % logEvery === 0 || step === steps) {
        const { learningRate } = optimizer;
        reports.take(sums, { epoch, step, stepsPerEpoch: steps, learningRate, images: seen });
      }
      await setImmediate();
    }
    const [loss, hits] = await sums.data();
    await reports.finish();
    return { trainLoss: (loss as number) / seen, trainAccuracy: (hits as number) / seen };
  } finally {
    await reports.settled();
    sums.dispose();
  }
}
