import * as tf from '@tensorflow/tfjs-core';
import { BatchNormLayer } from './batch-norm.ts';
import { Conv2DLayer } from './conv2d.ts';
import { DropoutLayer } from './dropout.ts';
import { MaxPool2DLayer } from './max-pool2d.ts';
import { ResizeLayer } from './resize.ts';
import { WeightedSumLayer } from './weighted-sum.ts';

/** Enables tfjs to load saved models that contain our layers. A second call changes nothing. */
export function registerLayers(): void {
  for (const layer of [BatchNormLayer, Conv2DLayer, DropoutLayer, MaxPool2DLayer, ResizeLayer, WeightedSumLayer]) {
    tf.serialization.registerClass(
      layer as unknown as tf.serialization.SerializableConstructor<tf.serialization.Serializable>,
    );
  }
}
