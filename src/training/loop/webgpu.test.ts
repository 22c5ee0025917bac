import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { folderCheckpoints } from '../../../test/support/folder-checkpoints.ts';
import type { GpuCalls } from '../../../test/support/gpu-calls.ts';
import { smallR1 } from '../../../test/support/loss-curve.ts';
import { compute, expectClose, isAvailable, normal } from '../../../test/support/on-backends.ts';
import { tempFolder } from '../../../test/support/temp-folder.ts';
import { expectNear, resumedWithAll, tinyNet, tinyTraining } from '../../../test/support/tiny-training.ts';
import { adam, device, train } from '../index.ts';
import { softmaxCrossEntropy } from '../ops/softmax-cross-entropy.ts';

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
    const expected = await resumedWithAll('wasm');
    expectNear(await resumedWithAll('webgpu'), expected);
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
