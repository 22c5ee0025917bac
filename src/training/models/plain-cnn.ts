import * as tfl from '@tensorflow/tfjs-layers';
import { checkOption, positiveNumber, refusal } from '../../base/option-checks.ts';
import { Rng } from '../../base/rng.ts';
import { BatchNormLayer } from '../layers/batch-norm.ts';
import { Conv2DLayer } from '../layers/conv2d.ts';
import { DropoutLayer } from '../layers/dropout.ts';
import { heInitialise } from './initialise.ts';
import { checkNetOptions, dropoutRate, type NetOptions, scaledWidth } from './net-options.ts';
import { applied, dense, maxPool } from './parts.ts';

/** The options of {@link plainCnn}. */
export interface PlainCnnOptions extends NetOptions {
  /** Dropout probability after the hidden layer, in [0, 1); default 0.5. */
  readonly dropout?: number;
  /** Multiplies the number of filters and of hidden units, rounded; default 1. */
  readonly width?: number;
}

/**
 * A plain CNN: three 3×3 convolutions (32, 64, 128 filters, padded), each with ReLU, batch normalisation and 2×2 max
 * pooling, then a hidden layer of 512 with ReLU and dropout, and the logits; 1,147,914 trained weights for CIFAR-10. It
 * is often shown as an example of augmentation, early stopping and a checkpoint of the best epoch, with which it reaches
 * some 82 % on the test images. He-normal initial weights.
 *
 * The ReLU stands before the normalisation, so the convolutions' biases are not redundant.
 *
 * @returns a model from float32 [N, height, width, channels] to logits [N, classes]; the caller disposes of it.
 * @throws HpoError HPO_INVALID_ARGUMENT for images below 8×8, and other options that cannot be.
 */
export function plainCnn({ dropout = 0.5, width = 1, seed, ...others }: PlainCnnOptions): tfl.LayersModel {
  const { imageShape, classes } = checkNetOptions('plainCnn', others, 8);
  const refuse = refusal('HPO_INVALID_ARGUMENT', 'plainCnn()');
  checkOption('dropout', dropout, dropoutRate, refuse);
  checkOption('width', width, positiveNumber, refuse);
  const block = (filters: number): tfl.layers.Layer[] => [
    new Conv2DLayer({ filters: scaledWidth(filters, width), kernelSize: 3, padding: 'same' }),
    tfl.layers.reLU(),
    new BatchNormLayer(),
    maxPool(2),
  ];
  const images = tfl.input({ shape: imageShape });
  const features = applied(images, ...block(32), ...block(64), ...block(128), tfl.layers.flatten());
  const hidden = applied(
    features,
    dense(scaledWidth(512, width)),
    tfl.layers.reLU(),
    new DropoutLayer({ rate: dropout, seed: `${seed}/dropout` }),
  );
  const model = tfl.model({ inputs: images, outputs: applied(hidden, dense(classes)) });
  heInitialise(model, new Rng(`${seed}/weights`));
  return model;
}
