import {
  adam,
  type BackendName,
  cifar10,
  device,
  cifar10Normalisation as normalisation,
  searchedCnn,
  split,
  train,
} from '../../src/training/index.ts';

/** R1 with narrow hidden layers, always the same. */
export const smallR1 = () => searchedCnn({ fc1: 16, fc2: 16, dropout: 0.3, seed: 5 });

/**
 * Training losses of {@link smallR1} on the sample of CIFAR-10, augmented, an epoch of two steps of four each. At
 * Adam's usual rate, three times as high, gradients close to zero would decide the course of such small batches.
 */
export async function lossCurve(backend: BackendName, epochs: number): Promise<number[]> {
  await device({ backend });
  const { train: images } = await cifar10({ folder: 'test/fixtures/cifar10-sample' });
  const model = smallR1();
  const { history } = await train({
    model,
    optimizer: adam({ learningRate: 3e-4, weightDecay: 1e-3 }),
    data: split(images, { train: 8, validation: 2 }, 7),
    normalisation,
    augmentation: { horizontalFlip: 0.5, cropPadding: 4 },
    batchSize: 4,
    epochs,
    seed: 3,
  });
  model.dispose();
  return history.map(({ trainLoss }) => trainLoss);
}
