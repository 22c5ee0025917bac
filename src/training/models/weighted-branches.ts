import * as tfl from '@tensorflow/tfjs-layers';
import { checkOption, positiveNumber, refusal } from '../../base/option-checks.ts';
import { Rng } from '../../base/rng.ts';
import { BatchNormLayer } from '../layers/batch-norm.ts';
import { Conv2DLayer } from '../layers/conv2d.ts';
import { DropoutLayer } from '../layers/dropout.ts';
import { WeightedSumLayer } from '../layers/weighted-sum.ts';
import { heInitialise } from './initialise.ts';
import { checkNetOptions, dropoutRate, type NetOptions, scaledWidth } from './net-options.ts';
import { applied, dense, maxPool } from './parts.ts';

/** The options of {@link weightedBranches}. */
export interface WeightedBranchesOptions extends NetOptions {
  /** Dropout probability after the hidden layer, in [0, 1); default 0.5. */
  readonly dropout?: number;
  /** Multiplies the number of filters and of hidden units, rounded; default 1. */
  readonly width?: number;
}

/**
 * A CNN of five blocks (32, 64, 128, 256 and 512 filters) whose convolutions each image weighs for itself: in a block
 * three parallel 3×3 convolutions with ReLU are added up by three weights, a = ReLU(linear(global average pooling of
 * the block's input)), then follow batch normalisation and 2×2 max pooling. Its classifier is a global average pooling,
 * a hidden layer of 256 with ReLU and dropout, and the logits. He-normal initial weights.
 *
 * The biases of the linear layers start at 1 and not at 0, so that at first each image has all three branches: where all
 * its weights are 0, nothing of it is left, and no gradient would change that.
 *
 * @returns a model from float32 [N, height, width, channels] to logits [N, classes]; the caller disposes of it.
 * @throws HpoError HPO_INVALID_ARGUMENT for images below 32×32, and other options that cannot be.
 */
export function weightedBranches(options: WeightedBranchesOptions): tfl.LayersModel {
  const { dropout = 0.5, width = 1, seed, ...others } = options;
  const { imageShape, classes } = checkNetOptions('weightedBranches', others, 32);
  const refuse = refusal('HPO_INVALID_ARGUMENT', 'weightedBranches()');
  checkOption('dropout', dropout, dropoutRate, refuse);
  checkOption('width', width, positiveNumber, refuse);
  const images = tfl.input({ shape: imageShape });
  const features = [32, 64, 128, 256, 512].reduce((x, filters) => block(x, scaledWidth(filters, width)), images);
  const logits = applied(
    features,
    tfl.layers.globalAveragePooling2d({}),
    ...[dense(scaledWidth(256, width)), tfl.layers.reLU()],
    new DropoutLayer({ rate: dropout, seed: `${seed}/dropout` }),
    dense(classes),
  );
  const model = tfl.model({ inputs: images, outputs: logits });
  heInitialise(model, new Rng(`${seed}/weights`));
  return model;
}

function block(x: tfl.SymbolicTensor, filters: number): tfl.SymbolicTensor {
  const linear = tfl.layers.dense({ units: 3, kernelInitializer: 'zeros', biasInitializer: 'ones' });
  const weights = applied(x, tfl.layers.globalAveragePooling2d({}), linear, tfl.layers.reLU());
  const branches = Array.from({ length: 3 }, () =>
    applied(x, new Conv2DLayer({ filters, kernelSize: 3, padding: 'same' }), tfl.layers.reLU()),
  );
  const sum = new WeightedSumLayer().apply([weights, ...branches]) as tfl.SymbolicTensor;
  return applied(sum, new BatchNormLayer(), maxPool(2));
}
