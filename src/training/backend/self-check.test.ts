import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import { device } from './device.ts';
import { selfCheck } from './self-check.ts';

describe('selfCheck', () => {
  const stock = { MaxPoolGrad: undefined as tf.KernelConfig | undefined };

  afterEach(() => {
    if (!stock.MaxPoolGrad) return;
    tf.unregisterKernel('MaxPoolGrad', 'wasm');
    tf.registerKernel(stock.MaxPoolGrad);
  });

  it('finds a sound backend sound, and leaves nothing behind', async () => {
    await device({ backend: 'wasm' });
    await selfCheck('wasm');
    const before = tf.memory().numTensors;
    const { isSound, gradientError, imagesPerSecond } = await selfCheck('wasm');
    expect(isSound).toBe(true);
    expect(gradientError).toBeLessThan(2e-5);
    expect(imagesPerSecond).toBeGreaterThan(0);
    expect(tf.getBackend()).toBe('wasm');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('finds a kernel that is wrong', async () => {
    await device({ backend: 'wasm' });
    const sound = tf.getKernel('MaxPoolGrad', 'wasm');
    stock.MaxPoolGrad = sound;
    tf.unregisterKernel('MaxPoolGrad', 'wasm');
    tf.registerKernel({
      ...sound,
      kernelFunc: ({ inputs, ...rest }) => sound.kernelFunc({ inputs: { ...inputs, dy: inputs.output }, ...rest }),
    });
    expect(await selfCheck('wasm')).toMatchObject({ backend: 'wasm', isSound: false });
  });
});
