import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { type backend_util, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { dispatch, groupsFor } from './dispatch.ts';
import { madeOnce } from './made-once.ts';
import { elementType, type Program } from './program.ts';

type Info = backend_util.Conv2DInfo;

const programs = madeOnce<Program>();

/** Whether the windows of a pooling touch one another and cover the input, with at most sixteen numbers in each. */
export const hasWholeWindows = (info: Info): boolean =>
  info.strideHeight === info.filterHeight &&
  info.strideWidth === info.filterWidth &&
  info.inHeight === info.outHeight * info.filterHeight &&
  info.inWidth === info.outWidth * info.filterWidth &&
  info.filterHeight * info.filterWidth <= 16;

/** The gradient of max pooling by such windows: a thread takes one whole, and looks at each number once. */
export function gradientOfWholeWindows(
  backend: WebGPUBackend,
  info: Info,
  [dy, x, dx]: readonly [dy: TensorInfo, x: TensorInfo, dx: TensorInfo],
): void {
  const size = util.sizeFromShape(dy.shape) / lanesOf(info);
  dispatch(backend, programFor(info), { inputs: [dy, x], outputs: [dx], uniforms: [size], groups: groupsFor(size) });
}

/** Channels that a thread takes at once. */
const lanesOf = ({ inChannels }: Info): 1 | 4 => (inChannels % 4 === 0 ? 4 : 1);

function programFor(info: Info): Program {
  const { inWidth, inChannels, filterHeight, filterWidth } = info;
  const name = `max pool gradient, ${inWidth} × ${inChannels} by ${filterHeight} × ${filterWidth}`;
  const type = elementType(lanesOf(info) === 4);
  return programs(name, () => ({
    name,
    inputs: { dy: type, x: type },
    outputs: { dx: type },
    uniforms: { size: 'u32' },
    code: codeFor(info),
  }));
}

function codeFor(info: Info): string {
  const { inWidth, outWidth, inChannels, filterHeight: height, filterWidth: width } = info;
  const lanes = lanesOf(info);
  const channels = inChannels / lanes;
  const [number, place] = lanes === 4 ? ['vec4f', 'vec4u'] : ['f32', 'u32'];
  const taps = Array.from({ length: height * width }, (_, tap) => tap);
  const at = (tap: number) => `corner + ${(Math.floor(tap / width) * inWidth + (tap % width)) * channels}`;
  const look = (tap: number) => `
        let x${tap} = x[${at(tap)}];
        first = select(first, ${place}(${tap}), x${tap} > largest);
        largest = max(largest, x${tap});`;
  const write = (tap: number) => `dx[${at(tap)}] = select(${number}(), gradient, first == ${place}(${tap}));`;
  return `
      fn run(group: vec3u, groups: vec3u, thread: u32) {
        let at = flat(group, groups, thread);
        if (at >= u.size) { return; }
        let window = at / ${channels};
        let row = window / ${outWidth} * ${height};
        let column = window % ${outWidth} * ${width};
        let corner = (row * ${inWidth} + column) * ${channels} + at % ${channels};
        let gradient = dy[at];
        var largest = x[corner];
        var first = ${place}();
        ${taps.map(look).join('')}
        ${taps.map(write).join('\n')}
      }`;
}
