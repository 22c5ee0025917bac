/**
 * A process that trains for two epochs on the sample of CIFAR-10 and writes the figures as JSON. Argument: the backend,
 * default wasm.
 */
import {
  adam,
  backendName,
  cifar10,
  cifar10Normalisation,
  device,
  searchedCnn,
  split,
  train,
} from '../../src/training/index.ts';

await device({ backend: backendName(process.argv[2] ?? 'wasm') });
const { train: images } = await cifar10({ folder: 'test/fixtures/cifar10-sample' });
const { history } = await train({
  model: searchedCnn({ fc1: 64, fc2: 32, dropout: 0.4, seed: 3 }),
  optimizer: adam({ weightDecay: 1e-3 }),
  data: split(images, { train: 400, validation: 112 }, 20),
  normalisation: cifar10Normalisation,
  augmentation: { horizontalFlip: 0.5, cropPadding: 4 },
  batchSize: 64,
  epochs: 2,
  seed: 3,
});
process.stdout.write(JSON.stringify(history.map(({ seconds: _, ...figures }) => figures)));
