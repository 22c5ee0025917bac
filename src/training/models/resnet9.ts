import * as tfl from '@tensorflow/tfjs-layers';
import { Rng } from '../../base/rng.ts';
import { BatchNormLayer } from '../layers/batch-norm.ts';
import { Conv2DLayer } from '../layers/conv2d.ts';
import { heInitialise } from './initialise.ts';

/** The options of {@link resnet9}. */
export interface ResNet9Options {
  /** Fixes the initial weights. */
  readonly seed: number;
}

/**
 * ResNet-9, the small residual net for CIFAR-10 after David Page ("How to Train Your ResNet", 2018), here with each
 * ReLU before its batch normalisation: a 3×3 convolution to 64 channels, three stages to 128, 256 and 512 channels that
 * halve the image by 2×2 max pooling, the first and the last with a residual branch of two convolutions; 4×4 max
 * pooling, and ten logits for 32×32 RGB images; 6,573,120 trained weights. No layer has a bias. He-normal initial
 * weights.
 *
 * @returns a model from float32 [N, 32, 32, 3] to logits [N, 10]; the caller disposes of it.
 */
export function resnet9({ seed }: ResNet9Options): tfl.LayersModel {
  const images = tfl.input({ shape: [32, 32, 3] });
  const stage1 = residual(halved(convolved(images, 64), 128), 128);
  const stage3 = residual(halved(halved(stage1, 256), 512), 512);
  const features = apply(stage3, tfl.layers.maxPooling2d({ poolSize: 4 }), tfl.layers.flatten());
  const logits = apply(features, tfl.layers.dense({ units: 10, useBias: false, kernelInitializer: 'zeros' }));
  const model = tfl.model({ inputs: images, outputs: logits });
  heInitialise(model, new Rng(`${seed}/weights`));
  return model;
}

const apply = (x: tfl.SymbolicTensor, ...layers: readonly tfl.layers.Layer[]): tfl.SymbolicTensor =>
  layers.reduce((input, layer) => layer.apply(input) as tfl.SymbolicTensor, x);

const convolution = (filters: number): tfl.layers.Layer =>
  new Conv2DLayer({ filters, kernelSize: 3, padding: 'same', useBias: false });

const convolved = (x: tfl.SymbolicTensor, filters: number): tfl.SymbolicTensor =>
  apply(x, convolution(filters), tfl.layers.reLU(), new BatchNormLayer());

const halved = (x: tfl.SymbolicTensor, filters: number): tfl.SymbolicTensor =>
  apply(x, convolution(filters), tfl.layers.maxPooling2d({ poolSize: 2 }), tfl.layers.reLU(), new BatchNormLayer());

const residual = (x: tfl.SymbolicTensor, filters: number): tfl.SymbolicTensor =>
  tfl.layers.add().apply([x, convolved(convolved(x, filters), filters)]) as tfl.SymbolicTensor;
