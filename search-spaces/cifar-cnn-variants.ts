/**
 * The search space of `studies/cifar-cnn-variants.ts`: the architecture is a hyperparameter, and so are the widths and the
 * dropout of the one that has them.
 */
import { categorical, float, type Params, space, variant } from 'hpo';

const width = () => categorical([32, 64, 128, 256, 512]);

export const cifarCnnVariants = space({
  architecture: variant({
    first: {},
    narrow: {},
    oneLayer: {},
    fourConvs: {},
    moreKernels: {},
    residual: {},
    dropout: {},
    searched: { fc1: width(), fc2: width(), dropout: float(0.1, 0.9) },
  }),
  learningRate: float(1e-4, 1e-1, { log: true }),
  weightDecay: float(1e-4, 1e-1, { log: true }),
  batchSize: categorical([32, 64, 128, 256, 512]),
});

export type CifarCnnVariantsParams = Params<typeof cifarCnnVariants>;
