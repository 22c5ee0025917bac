import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { KernelFunc } from '@tensorflow/tfjs-core';
import { type ImageBatchAttributes, placementLength } from '../../images/image-batch.ts';
import { type ImageSet, imageSize } from '../../images/image-set.ts';
import { kernel } from '../kernel-table.ts';
import { allocate, dispatch, groupsFor } from './dispatch.ts';
import type { Program } from './program.ts';

/** A batch's table holds its levels as bits, then nine numbers an image: which one, and its eight placements. */
const placeImages: Program = {
  name: 'place images',
  inputs: { pixels: 'u32', table: 'i32' },
  outputs: { batch: 'f32' },
  uniforms: { size: 'u32', height: 'u32', width: 'u32', channels: 'u32' },
  code: `
    fn run(group: vec3u, groups: vec3u, thread: u32) {
      let at = flat(group, groups, thread);
      if (at >= u.size) { return; }
      let channel = at % u.channels;
      let x = i32(at / u.channels % u.width);
      let y = i32(at / (u.channels * u.width) % u.height);
      let entry = u.channels * 256 + 9 * (at / (u.channels * u.width * u.height));
      let height = i32(u.height);
      let width = i32(u.width);
      let row = y + table[entry + 3];
      let column = x + table[entry + 4];
      var byte = 0u;
      if (row >= 0 && row < height && column >= 0 && column < width) {
        let image = u32(table[entry]);
        let sourceRow = u32(select(row, height - 1 - row, table[entry + 2] == 1));
        let sourceColumn = u32(select(column, width - 1 - column, table[entry + 1] == 1));
        let source = ((image * u.height + sourceRow) * u.width + sourceColumn) * u.channels + channel;
        byte = (pixels[source / 4] >> (8 * (source % 4))) & 255;
      }
      let isHole = y >= table[entry + 5] && x >= table[entry + 6] && y < table[entry + 7] && x < table[entry + 8];
      batch[at] = select(bitcast<f32>(table[channel * 256 + byte]), 0.0, isHole);
    }`,
};

const resident = new WeakMap<GPUDevice, WeakMap<ImageSet, GPUBuffer>>();

/** The most bytes of a set that lie on the GPU, for each worker anew. */
const mostResident = 2 ** 30;

/**
 * The images lie on the GPU as bytes, uploaded when a set is first drawn from, and become floats there.
 *
 * @param composed does it for sets that are larger than 1 GiB, or than the adapter lets a program see.
 */
export function imageBatchKernel(composed: KernelFunc): KernelFunc {
  return kernel<object, ImageBatchAttributes, WebGPUBackend>(({ inputs, attrs, backend }) => {
    const { set, indices, levels, placements } = attrs;
    const most = Math.min(mostResident, backend.device.limits.maxStorageBufferBindingSize - 4);
    if (set.labels.length * imageSize(set.imageShape) > most) {
      return composed({ inputs: { ...inputs }, attrs: { ...attrs } as object as never, backend });
    }
    const [height, width, channels] = set.imageShape;
    const entryLength = 1 + placementLength;
    const table = new Int32Array(levels.length + entryLength * indices.length);
    table.set(new Int32Array(levels.buffer, levels.byteOffset, levels.length));
    for (const [position, index] of indices.entries()) {
      const entry = levels.length + entryLength * position;
      table[entry] = index;
      table.set(placements.subarray(placementLength * position, placementLength * (position + 1)), entry + 1);
    }
    const given = backend.makeTensorInfo([table.length], 'int32', table);
    const batch = allocate(backend, [indices.length, height, width, channels]);
    const size = indices.length * height * width * channels;
    dispatch(backend, placeImages, {
      inputs: [pixelsOf(backend.device, set), given],
      outputs: [batch],
      uniforms: [size, height, width, channels],
      groups: groupsFor(size),
    });
    backend.disposeData(given.dataId);
    return batch;
  });
}

/** A set's bytes on the GPU, four to a word; they go when the set itself does. */
function pixelsOf(device: GPUDevice, set: ImageSet): GPUBuffer {
  const sets = resident.get(device) ?? new WeakMap<ImageSet, GPUBuffer>();
  resident.set(device, sets);
  const known = sets.get(set);
  if (known) return known;
  const size = imageSize(set.imageShape);
  const count = set.labels.length;
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
  const buffer = device.createBuffer({ size: wholeWords(count * size), usage });
  const atOnce = 4 * Math.ceil(uploadBytes / (4 * size)); // each upload begins at a whole word
  const part = new Uint8Array(wholeWords(Math.min(atOnce, count) * size));
  for (let start = 0; start < count; start += atOnce) {
    const end = Math.min(start + atOnce, count);
    for (let index = start; index < end; index++) part.set(set.read(index), (index - start) * size);
    device.queue.writeBuffer(buffer, start * size, part, 0, wholeWords((end - start) * size));
  }
  sets.set(set, buffer);
  return buffer;
}

/** The bytes of a set that are uploaded at a time, at least. */
const uploadBytes = 2 ** 22;

/** The least multiple of four that is no less. */
function wholeWords(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}
