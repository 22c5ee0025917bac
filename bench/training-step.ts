/**
 * The speed of one training step of the searched CNN (fc1 128, fc2 64, dropout 0.2; Adam with weight decay) on the
 * sample of CIFAR-10, in one process, and as a ratio to the same net of stock layers with stock Adam on the same
 * backend, measured in turns:
 *
 *     npx tsx --conditions=hpo-source bench/training-step.ts [backend = wasm] [batch sizes = 64 256]
 */
import { cpus } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {
  adam,
  backendName,
  cifar10,
  cifar10Normalisation,
  device,
  type ImageSelection,
  searchedCnn,
  train,
} from '../src/training/index.ts';

const steps = 8; // in a turn
const turns = 6; // the first warms up

/** The same net as a user of tf.layers would write it. */
function stockCnn(): tfl.Sequential {
  const { conv2d, dense, flatten, maxPooling2d } = tfl.layers;
  const norm = () => [tfl.layers.batchNormalization({ momentum: 0.9, epsilon: 1e-5 }), tfl.layers.reLU()];
  return tfl.sequential({
    layers: [
      conv2d({ inputShape: [32, 32, 3], filters: 20, kernelSize: 3, useBias: false }),
      ...norm(),
      maxPooling2d({ poolSize: 2 }),
      conv2d({ filters: 40, kernelSize: 4, useBias: false }),
      ...norm(),
      maxPooling2d({ poolSize: 2 }),
      flatten(),
      dense({ units: 128, useBias: false }),
      ...norm(),
      tfl.layers.dropout({ rate: 0.2 }),
      dense({ units: 64, useBias: false }),
      ...norm(),
      tfl.layers.dropout({ rate: 0.2 }),
      dense({ units: 10 }),
    ],
  });
}

/** Milliseconds that a turn takes for each of its steps: the median of all turns but the first. */
const median = (times: readonly number[]): number => times.slice(1).sort((a, b) => a - b)[(turns - 1) >> 1] as number;

const [backend = 'wasm', ...sizes] = process.argv.slice(2);
const { description } = await device({ backend: backendName(backend) });
console.log(
  `${description}; ${cpus()[0]?.model}, ${cpus().length} cores; Node ${process.version}, tfjs ${tf.version_core}`,
);
const { train: set } = await cifar10({ folder: 'test/fixtures/cifar10-sample' });

for (const batchSize of sizes.length > 0 ? sizes.map(Number) : [64, 256]) {
  const images = (count: number): ImageSelection => ({
    set,
    indices: Uint32Array.from({ length: count }, (_, at) => at % set.labels.length),
  });
  const data = { train: images(batchSize * steps), validation: images(1) };
  const model = searchedCnn({ fc1: 128, fc2: 64, dropout: 0.2, seed: 1 });
  const stock = stockCnn();
  stock.compile({ optimizer: tf.train.adam(1e-3), loss: (y, p) => tf.losses.softmaxCrossEntropy(y, p) });
  const x = tf.randomNormal([batchSize, 32, 32, 3]);
  const y = tf.oneHot(tf.randomUniform([batchSize], 0, 10, 'int32'), 10, 1, 0, 'float32');
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const optimizer = adam({ weightDecay: 5e-4 });
    const { last } = await train({
      model,
      optimizer,
      data,
      normalisation: cifar10Normalisation,
      batchSize,
      epochs: 1,
      seed: turn,
    });
    ours.push((last.seconds * 1000) / steps);
    const start = performance.now();
    for (let step = 0; step < steps; step++) await stock.trainOnBatch(x, y);
    theirs.push((performance.now() - start) / steps);
  }
  const [stepMs, stockMs] = [median(ours), median(theirs)];
  console.log(
    `batch ${batchSize}: ${stepMs.toFixed(1)} ms a step, ${Math.round((1000 * batchSize) / stepMs)} images/s, ` +
      `${(stockMs / stepMs).toFixed(2)} times the speed of stock layers (${stockMs.toFixed(1)} ms); ` +
      `${Math.round(process.memoryUsage().rss / 1e6)} MB`,
  );
  model.dispose();
  stock.dispose();
  tf.dispose([x, y]);
}
