import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { Rng } from '../../base/rng.ts';
import { imageBatch } from '../images/image-batch.ts';
import { softmaxCrossEntropy } from '../ops/softmax-cross-entropy.ts';
import { tally } from '../ops/tally.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { inTrainingStep } from '../training-step.ts';
import type { LearningRates } from './learning-rates.ts';
import { StepReports } from './step-reports.ts';
import { stepsPerEpoch, type TrainOptions } from './train-options.ts';

/** One pass over the training images in a random order. */
export async function passOverImages(
  options: TrainOptions,
  rates: LearningRates,
  epoch: number,
): Promise<{ readonly trainLoss: number; readonly trainAccuracy: number }> {
  const { model, optimizer, data, normalisation, augmentation, batchSize, seed, signal } = options;
  const { callbacks = [], logEvery = 50 } = options;
  const { set, indices } = data.train;
  const order = new Rng(`${seed}/order/${epoch}`).permutation(indices.length).map((at) => indices[at] as number);
  const augment = augmentation && { augmentation, rng: new Rng(`${seed}/augmentation/${epoch}`) };
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
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
      rates.set(step);
      const before = sums;
      sums = inTrainingStep({ seed, epoch, step }, () =>
        tf.tidy(() =>
          update(model, optimizer, variables, imageBatch(set, batch, normalisation, augment), labels, before),
        ),
      );
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

/** One step on one batch. @returns `sums` with its loss and its hits counted in. */
function update(
  model: tfl.LayersModel,
  optimizer: Optimizer,
  variables: tf.Variable[],
  images: tf.Tensor4D,
  labelValues: Int32Array,
  sums: tf.Tensor,
): tf.Tensor {
  const labels = tf.tensor1d(labelValues, 'int32');
  let logits: tf.Tensor | undefined;
  const { value, grads } = tf.variableGrads(() => {
    logits = tf.keep(model.apply(images, { training: true }) as tf.Tensor);
    return softmaxCrossEntropy(logits, labels);
  }, variables);
  optimizer.apply(variables, grads);
  const counted = tally(sums, value, logits as unknown as tf.Tensor, labels);
  logits?.dispose();
  return counted;
}
