/** The search space of the CNN in `studies/callbacks-cnn.ts`: its training, its widths, and how its images are changed. */
import { categorical, float, type Params, space } from 'hpo';

export const callbacksCnn = space({
  learningRate: float(1e-4, 1e-2, { log: true }),
  dropout: float(0, 0.8),
  batchSize: categorical([32, 64, 128, 256]),
  width: categorical([0.5, 1, 2]), // of all layers: 1 is the original
  augmentation: categorical(['none', 'flip', 'flip and crop']),
});

export type CallbacksCnnParams = Params<typeof callbacksCnn>;
