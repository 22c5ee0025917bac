import type * as tfl from '@tensorflow/tfjs-layers';
import { plainCnn, resnet9, searchedCnn, sixConvCnn, weightedBranches } from '../../src/training/index.ts';

/** The nets that are timed; `bench/peer/training.py` has the same under the same names. */
export const networks: Readonly<Record<string, () => tfl.LayersModel>> = {
  R1: () => searchedCnn({ fc1: 128, fc2: 64, dropout: 0.2, seed: 1 }),
  R2: () => plainCnn({ seed: 1 }),
  R3: () => sixConvCnn({ seed: 1 }),
  R4: () => weightedBranches({ seed: 1 }),
  R5: () => resnet9({ seed: 1 }),
};

/**
 * The multiplications and additions of a training step for one image in the model's convolutions and dense layers. The
 * forward pass, the gradient by the weights, and (but for the first layer) that by the inputs cost the same.
 */
export function trainingMacs(model: tfl.LayersModel): number {
  const forward = model.layers.flatMap((layer) => {
    const kernel = layer.trainableWeights.map(({ shape }) => shape as number[]).find((shape) => shape.length > 1);
    if (!kernel) return [];
    const positions = (layer.outputShape as (number | null)[]).slice(1, -1) as number[]; // of a convolution
    return [...kernel, ...positions].reduce((product, size) => product * size);
  });
  return 3 * forward.reduce((sum, macs) => sum + macs, 0) - (forward[0] ?? 0);
}
