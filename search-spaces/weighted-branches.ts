/** The search space of `studies/weighted-branches.ts`: the training of the net, and its width. */
import { categorical, float, type Params, space } from 'hpo';

export const weightedBranchesSpace = space({
  learningRate: float(1e-4, 1e-2, { log: true }),
  weightDecay: float(1e-6, 1e-2, { log: true }),
  dropout: float(0, 0.7),
  batchSize: categorical([32, 64, 128, 256]),
  width: categorical([0.5, 1, 1.5]), // of all layers
  flip: categorical([false, true]), // of half of the training images
});

export type WeightedBranchesParams = Params<typeof weightedBranchesSpace>;
