/**
 * The search space of the CNN in `studies/cifar-cnn.ts`: the parameters of its training, and the widths of its hidden
 * layers.
 */
import { categorical, float, type Params, space } from 'hpo';

export const cifarCnn = space({
  learningRate: float(1e-4, 1e-1, { log: true }),
  weightDecay: float(5e-4, 1e-1, { log: true }),
  dropout: float(0.1, 0.9),
  batchSize: categorical([32, 64, 128, 256, 512]),
  fc1: categorical([32, 64, 128, 256, 512]),
  fc2: categorical([32, 64, 128, 256, 512]),
});

export type CifarCnnParams = Params<typeof cifarCnn>;
