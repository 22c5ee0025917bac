import type { backend_util } from '@tensorflow/tfjs-core';
import type { SimdKernels } from './module-exports.ts';

export type Shape4D = [number, number, number, number];

/** The attributes that tfjs passes to the kernels of convolutions and pools. */
export interface Conv2DGeometry {
  readonly strides: [number, number] | number;
  readonly pad: Parameters<typeof backend_util.computeConv2DInfo>[4];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** The part that the geometries of a convolution and of a pooling share. */
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

/** Sets the geometry that the next calls of the SIMD kernels work on. */
export function setGeometry(kernels: SimdKernels, info: WindowInfo): void {
  kernels.setImages({ count: info.batchSize, rows: info.inHeight, columns: info.inWidth, depth: info.inChannels });
  kernels.setMaps({ rows: info.outHeight, columns: info.outWidth, depth: info.outChannels });
  kernels.setWindow({
    rows: info.filterHeight,
    columns: info.filterWidth,
    rowStride: info.strideHeight,
    columnStride: info.strideWidth,
    above: info.padInfo.top,
    before: info.padInfo.left,
  });
}
