import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { UnpackAttributes } from '../../ops/pack.ts';
import { kernel } from '../kernel-table.ts';
import { allocate, dispatch, groupsFor } from './dispatch.ts';
import { madeOnce } from './made-once.ts';
import type { Program } from './program.ts';

export const packKernel = kernel<readonly TensorInfo[], unknown, WebGPUBackend>(({ inputs, backend }) => {
  const parts = Object.values(inputs); // tfjs hands a list over as a record
  const packed = allocate(backend, [parts.reduce((size, { shape }) => size + util.sizeFromShape(shape), 0)]);
  forEachRun(backend, parts, (run, uniforms, groups) =>
    dispatch(backend, packing(run.length), { inputs: run, outputs: [packed], uniforms, groups }),
  );
  return packed;
});

export const unpackKernel = kernel<{ x: TensorInfo }, UnpackAttributes, WebGPUBackend>(
  ({ inputs: { x }, attrs: { shapes }, backend }) => {
    const parts = shapes.map((shape) => allocate(backend, shape));
    forEachRun(backend, parts, (run, uniforms, groups) =>
      dispatch(backend, unpacking(run.length), { inputs: [x], outputs: run, uniforms, groups }),
    );
    return parts;
  },
);

/**
 * Goes through as many parts at a time as a program may see beside the packed vector.
 *
 * @param uniforms where the run begins in the packed vector, and where each of its parts ends, counted from there.
 */
function forEachRun(
  backend: WebGPUBackend,
  parts: readonly TensorInfo[],
  call: (run: TensorInfo[], uniforms: number[], groups: [number, number, number]) => void,
): void {
  const most = Math.min(backend.device.limits.maxStorageBuffersPerShaderStage, mostArrays) - 1;
  let start = 0;
  for (let first = 0; first < parts.length; first += most) {
    const run = parts.slice(first, first + most);
    const ends: number[] = [];
    for (const { shape } of run) ends.push((ends.at(-1) ?? 0) + util.sizeFromShape(shape));
    const size = ends.at(-1) as number;
    call(run, [start, ...ends], groupsFor(size));
    start += size;
  }
}

/** Of one program, packed vector and parts; some adapters would allow very many. */
const mostArrays = 32;

const programs = madeOnce<Program>();

const packing = (count: number): Program =>
  programs(`pack ${count}`, (name) => ({
    name,
    inputs: Object.fromEntries(numbers(count).map((part) => [`part${part}`, 'f32'])),
    outputs: { packed: 'f32' },
    uniforms: uniformsOf(count),
    code: copying(count, (part, at) => `packed[u.start + at] = part${part}[${at}];`),
  }));

const unpacking = (count: number): Program =>
  programs(`unpack ${count}`, (name) => ({
    name,
    inputs: { packed: 'f32' },
    outputs: Object.fromEntries(numbers(count).map((part) => [`part${part}`, 'f32'])),
    uniforms: uniformsOf(count),
    code: copying(count, (part, at) => `part${part}[${at}] = packed[u.start + at];`),
  }));

const numbers = (count: number): number[] => Array.from({ length: count }, (_, part) => part);

const uniformsOf = (count: number): Program['uniforms'] =>
  Object.fromEntries(['start', ...numbers(count).map((part) => `end${part}`)].map((name) => [name, 'u32']));

/** A thread for each number of the run looks for the part that it lies in. */
function copying(count: number, copy: (part: number, at: string) => string): string {
  const choices = numbers(count).map(
    (part) => `if (at < u.end${part}) { ${copy(part, part === 0 ? 'at' : `at - u.end${part - 1}`)} return; }`,
  );
  return `
    fn run(group: vec3u, groups: vec3u, thread: u32) {
      let at = flat(group, groups, thread);
      ${choices.join('\n')}
    }`;
}
