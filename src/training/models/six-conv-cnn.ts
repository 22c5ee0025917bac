import * as tfl from '@tensorflow/tfjs-layers';
import { checkOption, refusal } from '../../base/option-checks.ts';
import { Rng } from '../../base/rng.ts';
import { BatchNormLayer } from '../layers/batch-norm.ts';
import { Conv2DLayer } from '../layers/conv2d.ts';
import { DropoutLayer } from '../layers/dropout.ts';
import { heInitialise } from './initialise.ts';
import { checkNetOptions, dropoutRate, type NetOptions } from './net-options.ts';
import { applied, dense, maxPool } from './parts.ts';

/** The options of {@link sixConvCnn}. */
export interface SixConvCnnOptions extends NetOptions {
  /** Dropout probability after each block and after the first hidden layer, in [0, 1); default 0.5. */
  readonly dropout?: number;
}

/**
 * A CNN of three blocks of two unpadded 3×3 convolutions (16, 32, then 64, 128, then 256, 512 filters), each with batch
 * normalisation and ReLU; 2×2 max pooling after the first block and dropout after each; hidden layers of 1024, with
 * ReLU and dropout, and of 256, with ReLU; and the logits. He-normal initial weights.
 *
 * The convolutions have no bias, which the normalisation would subtract again; see `searchedCnn`.
 *
 * @returns a model from float32 [N, height, width, channels] to logits [N, classes]; the caller disposes of it.
 * @throws HpoError HPO_INVALID_ARGUMENT for images below 22×22, and other options that cannot be.
 */
export function sixConvCnn({ dropout = 0.5, seed, ...others }: SixConvCnnOptions): tfl.LayersModel {
  const { imageShape, classes } = checkNetOptions('sixConvCnn', others, 22);
  checkOption('dropout', dropout, dropoutRate, refusal('HPO_INVALID_ARGUMENT', 'sixConvCnn()'));
  const convolved = (filters: number): tfl.layers.Layer[] => [
    new Conv2DLayer({ filters, kernelSize: 3, useBias: false }),
    new BatchNormLayer({ activation: 'relu' }),
  ];
  const dropped = (at: number) => new DropoutLayer({ rate: dropout, seed: `${seed}/dropout-${at}` });
  const images = tfl.input({ shape: imageShape });
  const features = applied(
    images,
    ...[...convolved(16), ...convolved(32), maxPool(2), dropped(1)],
    ...[...convolved(64), ...convolved(128), dropped(2)],
    ...[...convolved(256), ...convolved(512), dropped(3)],
  );
  const hidden = [dense(1024), tfl.layers.reLU(), dropped(4), dense(256), tfl.layers.reLU()];
  const logits = applied(features, tfl.layers.flatten(), ...hidden, dense(classes));
  const model = tfl.model({ inputs: images, outputs: logits });
  heInitialise(model, new Rng(`${seed}/weights`));
  return model;
}
