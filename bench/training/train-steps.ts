import type * as tfl from '@tensorflow/tfjs-layers';
import {
  adam,
  cifar10,
  type ImageSelection,
  cifar10Normalisation as normalisation,
  train,
} from '../../src/training/index.ts';

const { train: set } = await cifar10({ folder: 'test/fixtures/cifar10-sample' });

const images = (count: number): ImageSelection => ({
  set,
  indices: Uint32Array.from({ length: count }, (_, at) => at % set.labels.length),
});

/**
 * Trains for some steps, each that of train(): its batch is drawn from bytes.
 *
 * @returns their seconds, which hold the validation of one image, too.
 */
export async function trainSteps(
  model: tfl.LayersModel,
  { batchSize, steps, seed }: { readonly batchSize: number; readonly steps: number; readonly seed: number },
): Promise<number> {
  const { last } = await train({
    model,
    optimizer: adam({ weightDecay: 5e-4 }),
    data: { train: images(steps * batchSize), validation: images(1) },
    normalisation,
    batchSize,
    epochs: 1,
    seed,
  });
  return last.seconds;
}
