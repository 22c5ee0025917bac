import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { readEnvironment } from '../environment.ts';
import type { Candidate, Device } from './candidate.ts';
import { type NativePackage, nativePackage } from './native-package.ts';
import { explainFailures } from './tensorflow-failure.ts';

/** TensorFlow's C library with a GPU in use. */
export const tensorflowOnGpu: Candidate = {
  label: 'tensorflow (GPU)',
  backend: 'tensorflow',
  remedy: 'hpo setup gpu',
  async start() {
    const backend = await load(nativePackage('gpu'));
    if (!backend.isUsingGpuDevice) {
      const version = backend.binding?.TF_Version ?? '';
      const isOld = /^2\.\d\./.test(version); // tfjs-node 4.22 comes with 2.9.1
      const hint = isOld ? ': it needs CUDA 11.2, and current cards need the option --tensorflow 2.21' : '';
      throw new Error(`TensorFlow ${version} is installed, but finds no GPU that it can use${hint}`);
    }
    return describe(backend, 'gpu');
  },
};

/** TensorFlow's C library on the CPU; the GPU build does too where no GPU is in use. */
export const tensorflowOnCpu: Candidate = {
  label: 'tensorflow (CPU)',
  backend: 'tensorflow',
  remedy: 'hpo setup native',
  async start() {
    const backend = await load(nativePackage('native')).catch((reason) => {
      if (locate(nativePackage('gpu')) === undefined) throw reason;
      return load(nativePackage('gpu'));
    });
    return describe(backend, backend.isUsingGpuDevice ? 'gpu' : 'cpu');
  },
};

/** The part of tfjs-node's backend that is used here. */
interface TensorflowBackend {
  readonly isUsingGpuDevice?: boolean;
  binding?: { readonly TF_Version?: string; executeOp?(...call: readonly unknown[]): unknown };
}

async function load(source: NativePackage): Promise<TensorflowBackend> {
  const path = locate(source);
  if (path === undefined) throw new Error(`${source.name} is not installed`);
  replaceOldUtilities();
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'; // errors only; TensorFlow logs its device set-up otherwise
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true'; // else the first process takes all of a card's memory
  shareCores();
  await import(pathToFileURL(path).href);
  if (!(await tf.setBackend('tensorflow'))) throw new Error(`${source.name} does not start`);
  const backend = tf.backend() as unknown as TensorflowBackend;
  explainFailures(backend, `TensorFlow on ${placeOf(backend)}`);
  return backend;
}

/** Looks for a package in the user's project, then where `hpo setup` puts it. */
function locate({ name, folder }: NativePackage): string | undefined {
  for (const base of [process.cwd(), folder]) {
    try {
      return createRequire(join(base, 'resolve.js')).resolve(name);
    } catch {
      // not there
    }
  }
  return undefined;
}

/** A worker of a run takes its share of the cores, which the run names; on its own TensorFlow takes all of them. */
function shareCores(): void {
  const { threads } = readEnvironment();
  if (threads === undefined) return;
  process.env.TF_NUM_INTRAOP_THREADS ??= String(threads);
  process.env.TF_NUM_INTEROP_THREADS ??= String(threads);
}

/** tfjs-node 4.22 calls two functions that Node has taken away, or warns of whenever they are called. */
function replaceOldUtilities(): void {
  const utilities = util as { isNullOrUndefined?: unknown; isArray?: unknown };
  utilities.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  utilities.isArray = Array.isArray;
}

function describe(backend: TensorflowBackend, kind: Device['kind']): Device {
  const version = backend.binding?.TF_Version ?? '';
  const description = `TensorFlow ${version} on ${placeOf(backend)}`.replace('  ', ' ');
  return { backend: 'tensorflow', kind, description };
}

const placeOf = ({ isUsingGpuDevice }: TensorflowBackend): string => (isUsingGpuDevice ? 'a GPU' : 'the CPU');
