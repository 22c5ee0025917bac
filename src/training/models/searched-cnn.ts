import * as tfl from '@tensorflow/tfjs-layers';
import { Rng } from '../../base/rng.ts';
import { BatchNormLayer } from '../layers/batch-norm.ts';
import { Conv2DLayer } from '../layers/conv2d.ts';
import { DropoutLayer } from '../layers/dropout.ts';
import { heInitialise } from './initialise.ts';

/** The options of {@link searchedCnn}. */
export interface SearchedCnnOptions {
  /** Width of the first hidden layer. */
  readonly fc1: number;
  /** Width of the second hidden layer. */
  readonly fc2: number;
  /** Dropout probability after each hidden layer, in [0, 1). */
  readonly dropout: number;
  /** Fixes the initial weights, and with the training's seed the dropout masks. */
  readonly seed: number;
}

/**
 * The CNN of the flagship search: two convolutions (3×3×20, 4×4×40, unpadded), each with batch normalisation, ReLU and
 * 2×2 max pooling, then two hidden layers with batch normalisation, ReLU and dropout, and ten logits for 32×32 RGB
 * images. He-normal initial weights.
 *
 * Layers before a batch normalisation have no bias: it would be subtracted again, its true gradient is zero, and Adam
 * would turn the rounding noise of the gradient into full steps.
 *
 * @returns a model from float32 [N, 32, 32, 3] to logits [N, 10]; the caller disposes of it.
 */
export function searchedCnn({ fc1, fc2, dropout, seed }: SearchedCnnOptions): tfl.LayersModel {
  const model = tfl.sequential({
    layers: [
      new Conv2DLayer({ filters: 20, kernelSize: 3, useBias: false, inputShape: [32, 32, 3] }),
      new BatchNormLayer({ activation: 'relu' }),
      tfl.layers.maxPooling2d({ poolSize: 2 }),
      new Conv2DLayer({ filters: 40, kernelSize: 4, useBias: false }),
      new BatchNormLayer({ activation: 'relu' }),
      tfl.layers.maxPooling2d({ poolSize: 2 }),
      tfl.layers.flatten(),
      tfl.layers.dense({ units: fc1, useBias: false, kernelInitializer: 'zeros' }),
      new BatchNormLayer({ activation: 'relu' }),
      new DropoutLayer({ rate: dropout, seed: `${seed}/dropout-1` }),
      tfl.layers.dense({ units: fc2, useBias: false, kernelInitializer: 'zeros' }),
      new BatchNormLayer({ activation: 'relu' }),
      new DropoutLayer({ rate: dropout, seed: `${seed}/dropout-2` }),
      tfl.layers.dense({ units: 10, kernelInitializer: 'zeros' }),
    ],
  });
  heInitialise(model, new Rng(`${seed}/weights`));
  return model;
}
