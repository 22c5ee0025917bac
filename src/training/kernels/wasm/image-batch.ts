import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { ImageBatchAttributes } from '../../images/image-batch.ts';
import { imageSize } from '../../images/image-set.ts';
import { kernel } from '../kernel-table.ts';
import { address, allocate, upload, withScratch } from './heap.ts';
import { simdKernels } from './simd-kernels.ts';

/** Uploads the images as bytes, which become floats in the backend's memory. */
export const imageBatchKernel = kernel<unknown, ImageBatchAttributes, BackendWasm>(
  ({ attrs: { set, indices, levels, placements }, backend }) => {
    const [height, width, channels] = set.imageShape;
    const size = imageSize(set.imageShape);
    const result = allocate(backend, [indices.length, height, width, channels]);
    const kernels = simdKernels(backend);
    const tables = levels.byteLength + placements.byteLength;
    withScratch(backend, tables + indices.length * size, (scratch) => {
      const [places, bytes] = [scratch + levels.byteLength, scratch + tables];
      upload(backend, levels, scratch);
      upload(backend, placements, places);
      for (const [position, index] of indices.entries()) {
        upload(backend, set.read(index), bytes + position * size);
      }
      kernels.placeImages({
        bytes,
        levels: scratch,
        placements: places,
        out: address(backend, result),
        count: indices.length,
        height,
        width,
        channels,
      });
    });
    return result;
  },
);
