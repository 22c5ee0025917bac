import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import { folderCheckpoints } from '../../../test/support/folder-checkpoints.ts';
import type { GpuCalls } from '../../../test/support/gpu-calls.ts';
import { smallR1 } from '../../../test/support/loss-curve.ts';
import { compute, expectClose, isAvailable, normal } from '../../../test/support/on-backends.ts';
import { tempFolder } from '../../../test/support/temp-folder.ts';
import { Rng } from '../../base/rng.ts';
import {
  adam,
  adamw,
  BatchNormLayer,
  Conv2DLayer,
  DropoutLayer,
  device,
  heInitialise,
  memoryImages,
  oneCycle,
  type StepRecord,
  train,
} from '../index.ts';
import { softmaxCrossEntropy } from '../ops/softmax-cross-entropy.ts';

/** A net with every kind of layer, for images of 6 × 6. */
function tinyNet(): tfl.LayersModel {
  const model = tfl.sequential({
    layers: [
      new Conv2DLayer({ filters: 3, kernelSize: 3, useBias: false, inputShape: [6, 6, 2] }),
      new BatchNormLayer({ activation: 'relu' }),
      tfl.layers.maxPooling2d({ poolSize: 2 }),
      tfl.layers.flatten(),
      new DropoutLayer({ rate: 0.2, seed: 'a' }),
      tfl.layers.dense({ units: 2 }),
    ],
  });
  heInitialise(model, new Rng('weights'));
  return model;
}

const set = memoryImages({
  pixels: Uint8Array.from({ length: 12 * 72 }, (_, at) => (at * 37) % 256),
  labels: Array.from({ length: 12 }, (_, at) => at % 2),
  imageShape: [6, 6, 2],
  classes: ['a', 'b'],
});
const tinyTraining = {
  data: {
    train: { set, indices: Uint32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9) },
    validation: { set, indices: Uint32Array.of(10, 11) },
  },
  normalisation: { mean: [0.5, 0.5], deviation: [0.3, 0.3] },
  batchSize: 2,
  seed: 1,
};

describe('training on WebGPU', async () => {
  const it = test.skipIf(!(await isAvailable('webgpu')));

  it('R1 has the gradients of the cpu backend', async () => {
    const gradientsOn = (backend: 'cpu' | 'webgpu') =>
      compute(backend, [normal([4, 32, 32, 3])], (x) => {
        const model = smallR1();
        const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
        const labels = tf.tensor1d([3, 1, 4, 1], 'int32');
        const { value, grads } = tf.variableGrads(
          () => softmaxCrossEntropy(model.apply(x as tf.Tensor, { training: true }) as tf.Tensor, labels),
          variables,
        );
        const results = [value, ...variables.map(({ name }) => grads[name] as tf.Tensor)].map((t) => tf.clone(t));
        model.dispose();
        return results;
      });
    expectClose(await gradientsOn('webgpu'), await gradientsOn('cpu'));
  });

  it.each([
    ['R1', 61, 250],
    ['R2', 81, 250],
    ['R5', 144, 20],
  ])(
    'a step of %s is at most %i dispatches, and an epoch reads its sums and its logits alone',
    async (net, most, validation) => {
      const flags = ['--import', 'tsx', '--conditions', 'hpo-source'];
      const child = [...flags, 'test/support/gpu-calls-child.ts', net, String(validation)];
      const { stdout } = await promisify(execFile)(process.execPath, child);
      const { step, readsOfEpoch } = JSON.parse(stdout) as { step: GpuCalls; readsOfEpoch: number };
      expect(step.dispatches).toBeLessThanOrEqual(most); // fewer where a program may see more arrays
      expect(step.reads).toBe(0);
      expect(readsOfEpoch).toBe(2);
    },
  );

  it('a resumed training has the losses of the uninterrupted one', async () => {
    await device({ backend: 'webgpu' });
    const losses = async (root: string, epochs: number): Promise<number[]> => {
      const model = tinyNet();
      const checkpoints = await folderCheckpoints(root);
      const { history } = await train({ ...tinyTraining, model, optimizer: adam(), epochs, checkpoints });
      model.dispose();
      return history.flatMap(({ trainLoss, validationLoss }) => [trainLoss, validationLoss]);
    };
    const root = tempFolder();
    const whole = await losses(tempFolder(), 4);
    await losses(root, 2);
    const resumed = await losses(root, 4);
    expect(resumed).toHaveLength(whole.length);
    for (const [at, loss] of whole.entries()) expect(Math.abs((resumed[at] as number) - loss)).toBeLessThan(1e-5);
  });

  it('all that a step may have gives the losses of wasm, and keeps no memory', async () => {
    const losses = async (backend: 'wasm' | 'webgpu') => {
      await device({ backend });
      const before = tf.memory().numTensors;
      const model = tinyNet();
      const root = tempFolder();
      const options = {
        ...tinyTraining,
        schedule: oneCycle(),
        labelSmoothing: 0.1,
        mixup: 0.4,
        gradientClipping: { norm: 0.5 },
        weightAverage: { decay: 0.8, fromStep: 3 },
        restoreBest: true,
      };
      const steps: StepRecord[] = [];
      const callbacks = [{ onStep: (record: StepRecord) => void steps.push(record) }];
      const checkpoints = () => folderCheckpoints(root);
      const optimizer = () => adamw({ learningRate: 0.01 });
      const short = { ...options, model, logEvery: 2, callbacks, epochs: 2, optimizer: optimizer() };
      await train({ ...short, schedule: () => 1, checkpoints: await checkpoints() });
      const again = tinyNet();
      const long = { ...options, model: again, optimizer: optimizer(), epochs: 4, checkpoints: await checkpoints() };
      const { history } = await train(long);
      const weights = await Promise.all(again.getWeights().map((weight) => weight.data()));
      model.dispose();
      again.dispose();
      expect(tf.memory().numTensors).toBe(before);
      const ofSteps = steps.flatMap(({ trainLoss, trainAccuracy }) => [trainLoss, trainAccuracy]);
      const ofEpochs = history.flatMap(({ trainLoss, validationLoss }) => [trainLoss, validationLoss]);
      return [...ofSteps, ...ofEpochs, ...weights.flatMap((each) => [...each])];
    };
    const expected = await losses('wasm');
    const actual = await losses('webgpu');
    expect(actual).toHaveLength(expected.length);
    for (const [at, loss] of expected.entries()) expect(Math.abs((actual[at] as number) - loss)).toBeLessThan(1e-3);
    expect((tf.backend() as WebGPUBackend).bufferManager.numBytesAllocated).toBe(0);
  });

  it('a hundred steps keep neither tensors nor memory of the GPU', async () => {
    await device({ backend: 'webgpu' });
    const model = tinyNet();
    const { bufferManager } = tf.backend() as WebGPUBackend;
    const counts: string[] = [];
    await train({
      ...tinyTraining,
      model,
      optimizer: adam(),
      epochs: 20,
      onEpoch: () => {
        const { numTensors } = tf.memory();
        counts.push(`${numTensors} ${bufferManager.getNumUsedBuffers()} ${bufferManager.numBytesAllocated}`);
      },
    });
    expect(new Set(counts.slice(4)).size).toBe(1);
    model.dispose();
    expect(bufferManager.numBytesAllocated).toBe(0); // the next trial may need all of it for other sizes
  });
});
