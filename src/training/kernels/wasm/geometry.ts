import type { backend_util } from '@tensorflow/tfjs-core';
import type { SimdKernels } from './simd-kernels.ts';

export type Shape4D = [number, number, number, number];

/** What tfjs passes to the kernels of convolutions and pools. */
export interface Conv2DGeometry {
  readonly strides: [number, number] | number;
  readonly pad: Parameters<typeof backend_util.computeConv2DInfo>[4];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** What the geometry of a convolution and of a pooling have in common. */
type WindowInfo = Pick<
  backend_util.Conv2DInfo,
  | 'batchSize'
  | 'inHeight'
  | 'inWidth'
  | 'inChannels'
  | 'outHeight'
  | 'outWidth'
  | 'outChannels'
  | 'filterHeight'
  | 'filterWidth'
  | 'strideHeight'
  | 'strideWidth'
  | 'padInfo'
>;

/** Tells the SIMD kernels the geometry that their next calls work on. */
export function setGeometry(kernels: SimdKernels, info: WindowInfo): void {
  kernels.setImages(info.batchSize, info.inHeight, info.inWidth, info.inChannels);
  kernels.setMaps(info.outHeight, info.outWidth, info.outChannels);
  const { top, left } = info.padInfo;
  kernels.setWindow(info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth, top, left);
}
