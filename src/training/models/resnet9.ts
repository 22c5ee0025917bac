import * as tfl from '@tensorflow/tfjs-layers';
import { checkOption, positiveNumber, refusal } from '../../base/option-checks.ts';
import { Rng } from '../../base/rng.ts';
import { BatchNormLayer } from '../layers/batch-norm.ts';
import { Conv2DLayer } from '../layers/conv2d.ts';
import { heInitialise } from './initialise.ts';
import { checkNetOptions, type NetOptions, scaledWidth } from './net-options.ts';
import { applied, dense, maxPool } from './parts.ts';

/** The options of {@link resnet9}. */
export interface ResNet9Options extends NetOptions {
  /** Multiplies the number of channels, rounded; default 1. */
  readonly width?: number;
}

/**
 * ResNet-9, the small residual net for CIFAR-10 after David Page ("How to Train Your ResNet", 2018), here with each
 * ReLU before its batch normalisation: a 3×3 convolution to 64 channels, three stages to 128, 256 and 512 channels that
 * halve the image by 2×2 max pooling, the first and the last with a residual branch of two convolutions; 4×4 max
 * pooling (of images below 32×32 over all that is left), and the logits; 6,573,120 trained weights for CIFAR-10. No layer has a bias. He-normal initial weights.
 *
 * @returns a model from float32 [N, height, width, channels] to logits [N, classes]; the caller disposes of it.
 * @throws HpoError HPO_INVALID_ARGUMENT for images below 8×8, and other options that cannot be.
 */
export function resnet9({ width = 1, seed, ...others }: ResNet9Options): tfl.LayersModel {
  const { imageShape, classes } = checkNetOptions('resnet9', others, 8);
  checkOption('width', width, positiveNumber, refusal('HPO_INVALID_ARGUMENT', 'resnet9()'));
  const channels = (count: number): number => scaledWidth(count, width);
  const images = tfl.input({ shape: imageShape });
  const stage1 = residual(halved(convolved(images, channels(64)), channels(128)), channels(128));
  const stage3 = residual(halved(halved(stage1, channels(256)), channels(512)), channels(512));
  const side = Math.floor(Math.min(imageShape[0], imageShape[1]) / 8);
  const logits = applied(stage3, maxPool(Math.min(4, side)), tfl.layers.flatten(), dense(classes, false));
  const model = tfl.model({ inputs: images, outputs: logits });
  heInitialise(model, new Rng(`${seed}/weights`));
  return model;
}

const convolution = (filters: number): tfl.layers.Layer =>
  new Conv2DLayer({ filters, kernelSize: 3, padding: 'same', useBias: false });

const convolved = (x: tfl.SymbolicTensor, filters: number): tfl.SymbolicTensor =>
  applied(x, convolution(filters), tfl.layers.reLU(), new BatchNormLayer());

const halved = (x: tfl.SymbolicTensor, filters: number): tfl.SymbolicTensor =>
  applied(x, convolution(filters), maxPool(2), tfl.layers.reLU(), new BatchNormLayer());

const residual = (x: tfl.SymbolicTensor, filters: number): tfl.SymbolicTensor =>
  tfl.layers.add().apply([x, convolved(convolved(x, filters), filters)]) as tfl.SymbolicTensor;
