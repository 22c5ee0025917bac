import * as tf from '@tensorflow/tfjs-core';
import { type ImageBatchAttributes, placementLength } from '../../images/image-batch.ts';
import { imageSize } from '../../images/image-set.ts';
import { kernel } from '../kernel-table.ts';

/** Changes and scales the images in one pass in JavaScript's memory, where their bytes are, and uploads them once. */
export const imageBatchKernel = kernel<unknown, ImageBatchAttributes>(({ attrs }) => {
  const { set, indices } = attrs;
  const size = imageSize(set.imageShape);
  const values = new Float32Array(indices.length * size);
  for (const [position, index] of indices.entries()) {
    place(set.read(index), values.subarray(position * size, (position + 1) * size), position, attrs);
  }
  return tf.tensor4d(values, [indices.length, ...set.imageShape]);
});

function place(
  source: Uint8Array,
  target: Float32Array,
  position: number,
  { set, levels, placements }: ImageBatchAttributes,
): void {
  const [height, width, channels] = set.imageShape;
  const [isMirrored, isUpsideDown, top, left, ...hole] = placements.subarray(
    placementLength * position,
    placementLength * (position + 1),
  ) as unknown as number[];
  let at = 0;
  for (let y = 0; y < height; y++) {
    const row = y + (top as number);
    const sourceRow = isUpsideDown ? height - 1 - row : row;
    for (let x = 0; x < width; x++) {
      const column = x + (left as number);
      const isInside = row >= 0 && row < height && column >= 0 && column < width;
      const from = (sourceRow * width + (isMirrored ? width - 1 - column : column)) * channels;
      for (let channel = 0; channel < channels; channel++, at++) {
        const byte = isInside ? (source[from + channel] as number) : 0;
        target[at] = levels[channel * 256 + byte] as number;
      }
    }
  }
  const [holeTop, holeLeft, holeBottom, holeRight] = hole as [number, number, number, number];
  for (let y = holeTop; y < holeBottom; y++) {
    target.fill(0, (y * width + holeLeft) * channels, (y * width + holeRight) * channels);
  }
}
