/** The search space of `studies/transfer.ts`: the training of a last layer on features that do not change. */
import { categorical, float, type Params, space } from 'hpo';

export const transferSpace = space({
  learningRate: float(1e-4, 1e-1, { log: true }),
  weightDecay: float(1e-6, 1e-2, { log: true }),
  dropout: float(0, 0.8), // of the features
  batchSize: categorical([32, 64, 128, 256, 512]),
});

export type TransferParams = Params<typeof transferSpace>;
