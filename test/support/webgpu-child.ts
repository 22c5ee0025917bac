/**
 * A process that does something with the WebGPU backend, writes the result and ends by itself. It marks the output of
 * drivers while they are loaded, as a worker does.
 */
import * as tf from '@tensorflow/tfjs-core';
import { markNativeOutput } from '../../src/runner/worker/native-marks.ts';
import { device } from '../../src/training/index.ts';

markNativeOutput();

const tasks = {
  async compute(): Promise<unknown> {
    const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    return [...(await tf.matMul(x, x).data())];
  },

  async lose(): Promise<unknown> {
    const x = tf.add(tf.tensor1d([1, 2]), 1);
    gpu().destroy();
    return x.data();
  },

  /** Fills the memory of a software adapter, which is of 4 GiB, with buffers that are never written to. */
  async exhaust(): Promise<unknown> {
    const size = gpu().limits.maxBufferSize;
    const usage = GPUBufferUsage.STORAGE;
    const hoard = Array.from({ length: 64 }, () => gpu().createBuffer({ size, usage }));
    const result = await tf.add(tf.tensor1d([1, 2]), 1).data();
    return [hoard.length, ...result];
  },
};

function gpu(): GPUDevice {
  return (tf.backend() as unknown as { readonly device: GPUDevice }).device;
}

const task = tasks[process.argv[2] as keyof typeof tasks];
try {
  const { description } = await device({ backend: 'webgpu' });
  process.stdout.write(`${description}\n${JSON.stringify(await task())}\n`);
} catch (error) {
  process.stdout.write(`${(error as Error).name}: ${(error as Error).message}\n`);
}
