/** The search space of `studies/resnet9.ts`: the original's training, and what David Page's recipe has beyond it. */
import { categorical, float, type Params, space, variant } from 'hpo';

export const resnet9Space = space({
  optimizer: variant({
    adam: { learningRate: float(1e-4, 1e-2, { log: true }) },
    sgd: { learningRate: float(1e-2, 1, { log: true }) }, // with Nesterov's momentum of 0.9
  }),
  schedule: categorical(['constant', 'one cycle']),
  weightDecay: float(1e-6, 1e-2, { log: true }),
  labelSmoothing: float(0, 0.3),
  cutoutSize: categorical([0, 4, 8, 12]), // pixels
  batchSize: categorical([64, 128, 256, 512]),
});

export type ResNet9Params = Params<typeof resnet9Space>;
