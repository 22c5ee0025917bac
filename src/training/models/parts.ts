import * as tfl from '@tensorflow/tfjs-layers';
import { BatchNormLayer } from '../layers/batch-norm.ts';
import { DropoutLayer } from '../layers/dropout.ts';

/** Applies layers one after the other. */
export function applied(x: tfl.SymbolicTensor, ...layers: readonly tfl.layers.Layer[]): tfl.SymbolicTensor {
  return layers.reduce((input, layer) => layer.apply(input) as tfl.SymbolicTensor, x);
}

/** A fully connected layer whose weights `heInitialise` draws. */
export function dense(units: number, useBias = true): tfl.layers.Layer {
  return tfl.layers.dense({ units, useBias, kernelInitializer: 'zeros' });
}

/** Max pooling of windows that do not overlap; rows and columns that fill no window are left out. */
export function maxPool(poolSize: number): tfl.layers.Layer {
  return tfl.layers.maxPooling2d({ poolSize });
}

/** A classifier of hidden layers, each with batch normalisation, ReLU and dropout, and of the logits. */
export function hiddenLayers(
  widths: readonly number[],
  { dropout, classes, seed }: { readonly dropout: number; readonly classes: number; readonly seed: number },
): tfl.layers.Layer[] {
  const hidden = widths.flatMap((width, at) => [
    dense(width, false),
    new BatchNormLayer({ activation: 'relu' }),
    new DropoutLayer({ rate: dropout, seed: `${seed}/dropout-${at + 1}` }),
  ]);
  return [tfl.layers.flatten(), ...hidden, dense(classes)];
}
