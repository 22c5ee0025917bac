import * as tfl from '@tensorflow/tfjs-layers';
import { checkOption, oneOf, refusal } from '../../base/option-checks.ts';
import { Rng } from '../../base/rng.ts';
import { BatchNormLayer } from '../layers/batch-norm.ts';
import { Conv2DLayer } from '../layers/conv2d.ts';
import { heInitialise } from './initialise.ts';
import { checkNetOptions, dropoutRate, type NetOptions } from './net-options.ts';
import { applied, hiddenLayers, maxPool } from './parts.ts';

/** One of the nets of {@link variantCnn}: seven without parameters, and `searched`. */
export type CnnArchitecture =
  | { readonly kind: 'first' | 'narrow' | 'oneLayer' | 'fourConvs' | 'moreKernels' | 'residual' | 'dropout' }
  | { readonly kind: 'searched'; readonly fc1: number; readonly fc2: number; readonly dropout: number };

/** The options of {@link variantCnn}. */
export interface VariantCnnOptions extends NetOptions {
  readonly architecture: CnnArchitecture;
}

/**
 * Seven hand-made CNNs for small images, and the one whose hidden layers are searched (`searchedCnn`), as one function,
 * so that the architecture is a hyperparameter. All have batch normalisation and ReLU after each layer, valid
 * convolutions, 2×2 max pooling and He-normal initial weights:
 *
 * - `first`: convolutions 3×3×20 and 4×4×40, each pooled; hidden layers of 124 and 64; no dropout
 * - `narrow`: hidden layers of 32 and 16
 * - `oneLayer`: no hidden layer; the logits are the only fully connected layer
 * - `fourConvs`: convolutions 5×5×20, 3×3×40, pooled, 3×3×60, 3×3×80, pooled; hidden layers as in `first`
 * - `moreKernels`: the same with 40, 80, 120 and 160 kernels, and one hidden layer of 124
 * - `residual`: `fourConvs` with a residual block (two padded 3×3 convolutions) after each pooling
 * - `dropout`: `first` with dropout of 0.5 after the hidden layers
 * - `searched`: `first` with other hidden layers and dropout
 *
 * @returns a model from float32 [N, height, width, channels] to logits [N, classes]; the caller disposes of it.
 * @throws HpoError HPO_INVALID_ARGUMENT for images below 12×12 (with four convolutions 18×18), and other options that
 *   cannot be.
 */
export function variantCnn({ architecture, seed, ...others }: VariantCnnOptions): tfl.LayersModel {
  const refuse = refusal('HPO_INVALID_ARGUMENT', 'variantCnn()');
  checkOption('architecture.kind', architecture.kind, oneOf(...Object.keys(plans)), refuse);
  const { leastSide, convolutions, hidden, dropout } = planOf(architecture);
  checkOption('architecture.dropout', dropout, dropoutRate, refuse);
  const { imageShape, classes } = checkNetOptions('variantCnn', others, leastSide);
  const images = tfl.input({ shape: imageShape });
  const logits = applied(convolutions(images), ...hiddenLayers(hidden, { dropout, classes, seed }));
  const model = tfl.model({ inputs: images, outputs: logits });
  heInitialise(model, new Rng(`${seed}/weights`));
  return model;
}

type Part = (x: tfl.SymbolicTensor) => tfl.SymbolicTensor;

interface Plan {
  /** The fewest pixels of an image's side that leave something of it. */
  readonly leastSide: number;
  readonly convolutions: Part;
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  readonly dropout: number;
}

const convolved = (filters: number, kernelSize: number): tfl.layers.Layer[] => [
  new Conv2DLayer({ filters, kernelSize, useBias: false }),
  new BatchNormLayer({ activation: 'relu' }),
];

const two: Pick<Plan, 'leastSide' | 'convolutions'> = {
  leastSide: 12,
  convolutions: (images) => applied(images, ...convolved(20, 3), maxPool(2), ...convolved(40, 4), maxPool(2)),
};

const four = (
  [first, second, third, fourth]: readonly [number, number, number, number],
  block: (channels: number) => Part = () => (x) => x,
): Pick<Plan, 'leastSide' | 'convolutions'> => ({
  leastSide: 18,
  convolutions(images) {
    const half = applied(images, ...convolved(first, 5), ...convolved(second, 3), maxPool(2));
    const quarter = applied(block(second)(half), ...convolved(third, 3), ...convolved(fourth, 3), maxPool(2));
    return block(fourth)(quarter);
  },
});

/** ReLU(x + two convolutions of it), as He et al. (2015) have it. */
const residualBlock =
  (channels: number): Part =>
  (x) => {
    const convolution = () => new Conv2DLayer({ filters: channels, kernelSize: 3, padding: 'same', useBias: false });
    const inner = applied(x, convolution(), new BatchNormLayer({ activation: 'relu' }), convolution());
    const sum = tfl.layers.add().apply([x, applied(inner, new BatchNormLayer())]) as tfl.SymbolicTensor;
    return applied(sum, tfl.layers.reLU());
  };

const plans: Readonly<Record<CnnArchitecture['kind'], Plan>> = {
  first: { ...two, hidden: [124, 64], dropout: 0 },
  narrow: { ...two, hidden: [32, 16], dropout: 0 },
  oneLayer: { ...two, hidden: [], dropout: 0 },
  fourConvs: { ...four([20, 40, 60, 80]), hidden: [124, 64], dropout: 0 },
  moreKernels: { ...four([40, 80, 120, 160]), hidden: [124], dropout: 0 },
  residual: { ...four([20, 40, 60, 80], residualBlock), hidden: [124, 64], dropout: 0 },
  dropout: { ...two, hidden: [124, 64], dropout: 0.5 },
  searched: { ...two, hidden: [], dropout: 0 }, // with those that the architecture names
};

function planOf(architecture: CnnArchitecture): Plan {
  const plan = plans[architecture.kind];
  if (architecture.kind !== 'searched') return plan;
  return { ...plan, hidden: [architecture.fc1, architecture.fc2], dropout: architecture.dropout };
}
