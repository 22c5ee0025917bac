import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { Rng } from '../../src/base/rng.ts';
import { type BackendName, device } from '../../src/training/index.ts';
import { hasFusedArithmetic } from '../../src/training/kernels/wasm/fused-arithmetic.ts';
import { type SimdModule, takeSimdModule } from '../../src/training/kernels/wasm/simd-kernels.ts';
import { takeSoftwareGpu } from './software-gpu.ts';

takeSoftwareGpu();

/** A tensor to make: its shape and its numbers, the same on each backend. */
export interface TensorSpec {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Standard normal numbers around `mean`, fixed by the shape and the mean. */
export function normal(shape: readonly number[], mean = 0): TensorSpec {
  const rng = new Rng(`${shape}/${mean}`);
  const size = shape.reduce((product, length) => product * length, 1);
  return { shape, values: Float32Array.from({ length: size }, () => mean + rng.normal()) };
}

/** Runs a computation on one backend, checks that it leaves no tensor behind, and returns its results' numbers. */
export async function compute(
  backend: BackendName,
  specs: readonly TensorSpec[],
  f: (...tensors: tf.Tensor[]) => tf.Tensor[],
): Promise<TensorSpec[]> {
  await device({ backend });
  const inputs = specs.map(({ values, shape }) => tf.tensor(values, [...shape]));
  const before = tf.memory().numTensors;
  const outputs = tf.tidy(() => f(...inputs));
  const results: TensorSpec[] = [];
  for (const output of outputs) results.push({ shape: output.shape, values: (await output.data()) as Float32Array });
  tf.dispose(outputs);
  expect(tf.memory().numTensors, `tensors left on ${backend}`).toBe(before);
  tf.dispose(inputs);
  return results;
}

/** Expects equal shapes, and numbers that differ by less than 2e-5 of the largest one. */
export function expectClose(actual: readonly TensorSpec[], expected: readonly TensorSpec[]): void {
  expect(actual.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  for (const [index, { values }] of actual.entries()) {
    const wanted = (expected[index] as TensorSpec).values;
    const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const error = values.reduce((most, value, at) => Math.max(most, Math.abs(value - (wanted[at] as number))), 0);
    expect(
      values.every((value) => !Number.isNaN(value)),
      `result ${index} holds no NaN`,
    ).toBe(true);
    expect(error / (largest || 1), `error of result ${index}`).toBeLessThan(2e-5);
  }
}

/** The modules of SIMD kernels that run here; the last one is taken by default. */
export const simdModules: readonly SimdModule[] = hasFusedArithmetic() ? ['plain', 'fused'] : ['plain'];

/** Runs `use` with each module of SIMD kernels on the wasm backend. */
export async function withEachSimdModule(use: (module: SimdModule) => Promise<void>): Promise<void> {
  await device({ backend: 'wasm' });
  const backend = tf.backend() as BackendWasm;
  try {
    for (const module of simdModules) {
      takeSimdModule(backend, module);
      await use(module);
    }
  } finally {
    takeSimdModule(backend, simdModules.at(-1) as SimdModule);
  }
}

/** Runs a computation on a backend, with each of its modules, and on the cpu backend and expects the same results. */
export async function expectSame(
  backend: BackendName,
  specs: readonly TensorSpec[],
  f: (...tensors: tf.Tensor[]) => tf.Tensor[],
): Promise<void> {
  const expected = await compute('cpu', specs, f);
  const check = async () => expectClose(await compute(backend, specs, f), expected);
  await (backend === 'wasm' ? withEachSimdModule(check) : check());
}

/** Whether this machine has a backend. */
export async function isAvailable(backend: BackendName): Promise<boolean> {
  return device({ backend }).then(
    () => true,
    () => false,
  );
}
