import * as tfl from '@tensorflow/tfjs-layers';
import { checkOption, refusal } from '../../base/option-checks.ts';
import { Rng } from '../../base/rng.ts';
import { BatchNormLayer } from '../layers/batch-norm.ts';
import { Conv2DLayer } from '../layers/conv2d.ts';
import { heInitialise } from './initialise.ts';
import { checkNetOptions, dropoutRate, type NetOptions } from './net-options.ts';
import { hiddenLayers, maxPool } from './parts.ts';

/** The options of {@link searchedCnn}. */
export interface SearchedCnnOptions extends NetOptions {
  /** Width of the first hidden layer. */
  readonly fc1: number;
  /** Width of the second hidden layer. */
  readonly fc2: number;
  /** Dropout probability after each hidden layer, in [0, 1). */
  readonly dropout: number;
}

/**
 * The CNN of the flagship search: two convolutions (3×3×20, 4×4×40, unpadded), each with batch normalisation, ReLU and
 * 2×2 max pooling, then two hidden layers with batch normalisation, ReLU and dropout, and the logits. He-normal initial
 * weights.
 *
 * Layers before a batch normalisation have no bias: it would be subtracted again, its true gradient is zero, and Adam
 * would turn the rounding noise of the gradient into full steps.
 *
 * @returns a model from float32 [N, height, width, channels] to logits [N, classes]; the caller disposes of it.
 * @throws HpoError HPO_INVALID_ARGUMENT for images below 12×12, and other options that cannot be.
 */
export function searchedCnn({ fc1, fc2, dropout, seed, ...others }: SearchedCnnOptions): tfl.LayersModel {
  const { imageShape, classes } = checkNetOptions('searchedCnn', others, 12);
  checkOption('dropout', dropout, dropoutRate, refusal('HPO_INVALID_ARGUMENT', 'searchedCnn()'));
  const model = tfl.sequential({
    layers: [
      new Conv2DLayer({ filters: 20, kernelSize: 3, useBias: false, inputShape: imageShape }),
      new BatchNormLayer({ activation: 'relu' }),
      maxPool(2),
      new Conv2DLayer({ filters: 40, kernelSize: 4, useBias: false }),
      new BatchNormLayer({ activation: 'relu' }),
      maxPool(2),
      ...hiddenLayers([fc1, fc2], { dropout, classes, seed }),
    ],
  });
  heInitialise(model, new Rng(`${seed}/weights`));
  return model;
}
