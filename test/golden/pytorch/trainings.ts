import type * as tfl from '@tensorflow/tfjs-layers';
import {
  type CnnArchitecture,
  plainCnn,
  resnet9,
  resnet18,
  searchedCnn,
  sixConvCnn,
  variantCnn,
  weightedBranches,
} from '../../../src/training/index.ts';

/** A short training that PyTorch has done as well (make_losses.py), without dropout and augmentation. */
export interface Training {
  readonly build: () => tfl.LayersModel;
  /** The number of the sample's first images, which are trained on; those that follow validate. */
  readonly train: number;
  readonly validation: number;
  readonly batchSize: number;
  /** Low enough that rounding does not decide the outcome: at 1e-3, ResNet-9 is off by 3 % in PyTorch's own float64. */
  readonly learningRate: number;
  /** The reference's 5e-4 hardly matters in a few steps; it is higher where its rule is to show. */
  readonly weightDecay: number;
  readonly epochs: number;
}

/** The seed of the order of the batches. */
export const seed = 20;

/** Three steps. */
const short = { train: 48, validation: 16, batchSize: 16, learningRate: 1e-4, weightDecay: 0.05, epochs: 1 };

/** The nets of `variantCnn` that have no parameters; that of `searched` is `searchedCnn`. */
type HandMade = Exclude<CnnArchitecture['kind'], 'searched'>;
const handMade = ['narrow', 'oneLayer', 'fourConvs', 'moreKernels', 'residual'] satisfies readonly HandMade[];

export const trainings: Readonly<Record<string, Training>> = {
  searchedCnn: {
    build: () => searchedCnn({ fc1: 128, fc2: 64, dropout: 0, seed }),
    train: 384,
    validation: 128,
    batchSize: 64,
    learningRate: 1e-3,
    weightDecay: 5e-4,
    epochs: 3,
  },
  plainCnn: {
    build: () => plainCnn({ dropout: 0, seed }),
    train: 192,
    validation: 64,
    batchSize: 64,
    learningRate: 1e-4,
    weightDecay: 0.05,
    epochs: 2,
  },
  resnet9: {
    build: () => resnet9({ seed }),
    train: 32,
    validation: 16,
    batchSize: 16,
    learningRate: 1e-4,
    weightDecay: 0.05,
    epochs: 2,
  },
  sixConvCnn: { ...short, build: () => sixConvCnn({ dropout: 0, seed }) },
  weightedBranches: { ...short, build: () => weightedBranches({ dropout: 0, seed }) },
  resnet18: { ...short, build: () => resnet18({ seed }) },
  ...Object.fromEntries(
    handMade.map((kind) => [
      `variantCnn ${kind}`,
      { ...short, build: () => variantCnn({ architecture: { kind }, seed }) },
    ]),
  ),
};
