import * as tfl from '@tensorflow/tfjs-layers';
import { checkOption, refusal, wholeNumberFrom } from '../../base/option-checks.ts';
import { Rng } from '../../base/rng.ts';
import { BatchNormLayer } from '../layers/batch-norm.ts';
import { Conv2DLayer } from '../layers/conv2d.ts';
import { MaxPool2DLayer } from '../layers/max-pool2d.ts';
import { ResizeLayer } from '../layers/resize.ts';
import { heInitialise } from './initialise.ts';
import { checkNetOptions, type NetOptions } from './net-options.ts';
import { applied } from './parts.ts';

/** The options of {@link resnet18}. */
export interface ResNet18Options extends NetOptions {
  /** Height and width, in pixels, to which the images are resized first (bilinear); by default they stay as they are. */
  readonly resizeTo?: number;
}

/**
 * ResNet-18 (He et al. 2015) as torchvision has it: a 7×7 convolution of stride 2 to 64 channels, 3×3 max pooling of
 * stride 2, four stages of two residual blocks (64, 128, 256 and 512 channels, each but the first halving the image),
 * global average pooling, and the logits; 11,689,512 trained weights for 1,000 classes. Images may have any size:
 * torchvision's weights were trained on 224×224 ones. He-normal initial weights.
 *
 * Its layers have torchvision's names (`conv1`, `layer2.0.downsample.1`, `fc`), by which `loadTorchWeights()` finds
 * their weights.
 *
 * @returns a model from float32 [N, height, width, channels] to logits [N, classes]; the caller disposes of it.
 * @throws HpoError HPO_INVALID_ARGUMENT for options that cannot be.
 */
export function resnet18({ seed, ...others }: ResNet18Options): tfl.LayersModel {
  const model = emptyResnet18(others);
  heInitialise(model, new Rng(`${seed}/weights`));
  return model;
}

/** A ResNet-18 whose kernels are all 0, to be filled with weights of a file. */
export function emptyResnet18({ resizeTo, ...options }: Omit<ResNet18Options, 'seed'>): tfl.LayersModel {
  const { imageShape, classes } = checkNetOptions('resnet18', options, 1);
  const images = tfl.input({ shape: imageShape });
  const stem = applied(
    images,
    ...(resizeTo === undefined ? [] : [resized(resizeTo)]),
    convolution('conv1', { filters: 64, kernelSize: 7, stride: 2 }),
    new BatchNormLayer({ name: 'bn1', activation: 'relu' }),
    new MaxPool2DLayer({ name: 'maxpool', poolSize: 3, stride: 2, padding: 1 }),
  );
  const features = [64, 128, 256, 512].reduce((x, filters, at) => {
    const stage = `layer${at + 1}`;
    return basicBlock(basicBlock(x, `${stage}.0`, filters, at === 0 ? 1 : 2), `${stage}.1`, filters, 1);
  }, stem);
  const logits = applied(
    features,
    tfl.layers.globalAveragePooling2d({ name: 'avgpool' }),
    tfl.layers.dense({ name: 'fc', units: classes, kernelInitializer: 'zeros' }),
  );
  return tfl.model({ inputs: images, outputs: logits });
}

function resized(side: number): tfl.layers.Layer {
  checkOption('resizeTo', side, wholeNumberFrom(1), refusal('HPO_INVALID_ARGUMENT', 'resnet18()'));
  return new ResizeLayer({ height: side, width: side });
}

/** ReLU(x + two convolutions of it); where the block changes the shape, x goes through a convolution of one pixel. */
function basicBlock(x: tfl.SymbolicTensor, name: string, filters: number, stride: number): tfl.SymbolicTensor {
  const branch = applied(
    x,
    convolution(`${name}.conv1`, { filters, kernelSize: 3, stride }),
    new BatchNormLayer({ name: `${name}.bn1`, activation: 'relu' }),
    convolution(`${name}.conv2`, { filters, kernelSize: 3, stride: 1 }),
    new BatchNormLayer({ name: `${name}.bn2` }),
  );
  const shortcut =
    stride === 1
      ? x
      : applied(
          x,
          convolution(`${name}.downsample.0`, { filters, kernelSize: 1, stride }),
          new BatchNormLayer({ name: `${name}.downsample.1` }),
        );
  const sum = tfl.layers.add({ name: `${name}.add` }).apply([branch, shortcut]) as tfl.SymbolicTensor;
  return applied(sum, tfl.layers.reLU({ name: `${name}.relu` }));
}

const convolution = (
  name: string,
  { filters, kernelSize, stride }: { readonly filters: number; readonly kernelSize: number; readonly stride: number },
): tfl.layers.Layer =>
  new Conv2DLayer({ name, filters, kernelSize, stride, padding: (kernelSize - 1) / 2, useBias: false });
