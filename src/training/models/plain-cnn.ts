import * as tfl from '@tensorflow/tfjs-layers';
import { Rng } from '../../base/rng.ts';
import { BatchNormLayer } from '../layers/batch-norm.ts';
import { Conv2DLayer } from '../layers/conv2d.ts';
import { DropoutLayer } from '../layers/dropout.ts';
import { heInitialise } from './initialise.ts';

/** The options of {@link plainCnn}. */
export interface PlainCnnOptions {
  /** Dropout probability after the hidden layer, in [0, 1); default 0.5. */
  readonly dropout?: number;
  /** Fixes the initial weights, and with the training's seed the dropout masks. */
  readonly seed: number;
}

/**
 * A plain CNN for CIFAR-10: three 3×3 convolutions (32, 64, 128 filters, padded), each with ReLU, batch normalisation
 * and 2×2 max pooling, then a hidden layer of 512 with ReLU and dropout, and ten logits for 32×32 RGB images; 1,147,914
 * trained weights. It is often shown as an example of augmentation, early stopping and a checkpoint of the best epoch,
 * with which it reaches some 82 % on the test images. He-normal initial weights.
 *
 * The ReLU stands before the normalisation, so the convolutions' biases are not redundant.
 *
 * @returns a model from float32 [N, 32, 32, 3] to logits [N, 10]; the caller disposes of it.
 */
export function plainCnn({ dropout = 0.5, seed }: PlainCnnOptions): tfl.LayersModel {
  const block = (convolution: Conv2DLayer): tfl.layers.Layer[] => [
    convolution,
    tfl.layers.reLU(),
    new BatchNormLayer(),
    tfl.layers.maxPooling2d({ poolSize: 2 }),
  ];
  const model = tfl.sequential({
    layers: [
      ...block(new Conv2DLayer({ filters: 32, kernelSize: 3, padding: 'same', inputShape: [32, 32, 3] })),
      ...block(new Conv2DLayer({ filters: 64, kernelSize: 3, padding: 'same' })),
      ...block(new Conv2DLayer({ filters: 128, kernelSize: 3, padding: 'same' })),
      tfl.layers.flatten(),
      tfl.layers.dense({ units: 512, kernelInitializer: 'zeros' }),
      tfl.layers.reLU(),
      new DropoutLayer({ rate: dropout, seed: `${seed}/dropout` }),
      tfl.layers.dense({ units: 10, kernelInitializer: 'zeros' }),
    ],
  });
  heInitialise(model, new Rng(`${seed}/weights`));
  return model;
}
