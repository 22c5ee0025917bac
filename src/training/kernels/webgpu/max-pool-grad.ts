import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { backend_util, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { kernel } from '../kernel-table.ts';
import { allocate, dispatch, groupsFor } from './dispatch.ts';
import type { Program } from './program.ts';
import { gradientOfWholeWindows, hasWholeWindows } from './whole-windows.ts';

/** Each number of the input looks whether it is the first largest of each window that it lies in. */
const maxPoolGradient: Program = {
  name: 'max pool gradient',
  inputs: { dy: 'f32', x: 'f32' },
  outputs: { dx: 'f32' },
  uniforms: {
    size: 'u32',
    height: 'i32',
    width: 'i32',
    channels: 'i32',
    outHeight: 'i32',
    outWidth: 'i32',
    windowHeight: 'i32',
    windowWidth: 'i32',
    strideHeight: 'i32',
    strideWidth: 'i32',
    top: 'i32',
    left: 'i32',
  },
  code: `
    fn isFirstLargest(image: i32, row: i32, column: i32, channel: i32, outY: i32, outX: i32) -> bool {
      let own = x[((image * u.height + row) * u.width + column) * u.channels + channel];
      let startY = outY * u.strideHeight - u.top;
      let startX = outX * u.strideWidth - u.left;
      for (var i = max(startY, 0); i < min(startY + u.windowHeight, u.height); i++) {
        for (var j = max(startX, 0); j < min(startX + u.windowWidth, u.width); j++) {
          let other = x[((image * u.height + i) * u.width + j) * u.channels + channel];
          let isBefore = i < row || (i == row && j < column);
          if (other > own || (isBefore && other == own)) { return false; }
        }
      }
      return true;
    }
    fn run(group: vec3u, groups: vec3u, thread: u32) {
      let at = flat(group, groups, thread);
      if (at >= u.size) { return; }
      let channel = i32(at) % u.channels;
      let column = i32(at) / u.channels % u.width;
      let row = i32(at) / (u.channels * u.width) % u.height;
      let image = i32(at) / (u.channels * u.width * u.height);
      let lastY = min((row + u.top) / u.strideHeight, u.outHeight - 1);
      let lastX = min((column + u.left) / u.strideWidth, u.outWidth - 1);
      let firstY = (max(row + u.top - u.windowHeight, -1) + u.strideHeight) / u.strideHeight;
      let firstX = (max(column + u.left - u.windowWidth, -1) + u.strideWidth) / u.strideWidth;
      var sum = 0f;
      for (var outY = firstY; outY <= lastY; outY++) {
        for (var outX = firstX; outX <= lastX; outX++) {
          if (isFirstLargest(image, row, column, channel, outY, outX)) {
            sum += dy[((image * u.outHeight + outY) * u.outWidth + outX) * u.channels + channel];
          }
        }
      }
      dx[at] = sum;
    }`,
};

interface PoolAttributes {
  readonly filterSize: [number, number] | number;
  readonly strides: [number, number] | number;
  readonly pad: Parameters<typeof backend_util.computePool2DInfo>[4];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** Under tfjs's own name: in one dispatch, where the stock kernel writes the places of the maxima down between two. */
export const maxPoolGrad = kernel<{ dy: TensorInfo; input: TensorInfo }, PoolAttributes, WebGPUBackend>(
  ({ inputs: { dy, input }, attrs: { filterSize, strides, pad, dimRoundingMode }, backend }) => {
    const shape = input.shape as [number, number, number, number];
    const info = backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
    const dx = allocate(backend, shape);
    if (hasWholeWindows(info)) {
      gradientOfWholeWindows(backend, info, [dy, input, dx]);
      return dx;
    }
    const size = util.sizeFromShape(shape);
    dispatch(backend, maxPoolGradient, {
      inputs: [dy, input],
      outputs: [dx],
      uniforms: [
        ...[size, info.inHeight, info.inWidth, info.inChannels, info.outHeight, info.outWidth],
        ...[info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth],
        ...[info.padInfo.top, info.padInfo.left],
      ],
      groups: groupsFor(size),
    });
    return dx;
  },
);
