/** The search space of `studies/six-conv-cnn.ts`: SGD against Adam, each with the rates that suit it. */
import { categorical, float, type Params, space, variant } from 'hpo';

export const sixConvSpace = space({
  optimizer: variant({
    sgd: { learningRate: float(1e-4, 1e-1, { log: true }), momentum: float(0.5, 0.99) },
    adam: { learningRate: float(1e-5, 1e-2, { log: true }) },
  }),
  weightDecay: float(1e-6, 1e-2, { log: true }),
  dropout: float(0, 0.7),
  batchSize: categorical([16, 32, 64, 128]),
});

export type SixConvParams = Params<typeof sixConvSpace>;
