import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test } from 'vitest';
import { takeSoftwareGpu } from '../../../test/support/software-gpu.ts';
import { hasFusedArithmetic } from '../kernels/wasm/fused-arithmetic.ts';
import { backendName, device, probeBackends } from './device.ts';

takeSoftwareGpu();

afterEach(() => {
  delete process.env.HPO_BACKEND;
});

describe('the choice of a backend', () => {
  test('takes the named one, and makes it current again when asked again', async () => {
    expect(await device({ backend: 'wasm' })).toEqual({
      backend: 'wasm',
      description: `WebAssembly${hasFusedArithmetic() ? ' with FMA' : ''} on one CPU thread`,
      kind: 'cpu',
    });
    await device({ backend: 'cpu' });
    expect(tf.getBackend()).toBe('cpu');
    await Promise.all([device({ backend: 'wasm' }), device({ backend: 'wasm' })]);
    expect(tf.getBackend()).toBe('wasm');
  });

  test('goes by HPO_BACKEND where none is named', async () => {
    process.env.HPO_BACKEND = 'cpu';
    expect((await device()).backend).toBe('cpu');
    process.env.HPO_BACKEND = 'abacus';
    await expect(device()).rejects.toThrowErrorMatchingInlineSnapshot(
      `[HpoError: HPO_BACKEND takes one of auto, tensorflow, webgpu, wasm, cpu, not 'abacus'.]`,
    );
  });

  test('an unknown name is refused', () => {
    expect(() => backendName('cuda')).toThrow(`unknown backend 'cuda'`);
    expect(backendName('wasm')).toBe('wasm');
  });

  test('auto takes the first that the probe finds available', async () => {
    const probes = await probeBackends();
    expect(probes.map(({ name }) => name)).toEqual(['tensorflow (GPU)', 'webgpu', 'tensorflow (CPU)', 'wasm', 'cpu']);
    expect(probes.find(({ available }) => available)?.chosen).toBe(true);
    expect(probes.filter(({ chosen }) => chosen)).toHaveLength(1);
    expect((await device()).description).toBe(probes.find(({ chosen }) => chosen)?.description);
  });

  test('a named backend that is not there is refused with the command that brings it', async (context) => {
    const probes = await probeBackends();
    if (probes.some(({ name, available }) => name.startsWith('tensorflow') && available)) context.skip();
    await expect(device({ backend: 'tensorflow' })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[HpoError: the backend 'tensorflow' is not available: @tensorflow/tfjs-node-gpu is not installed (try: hpo setup gpu); @tensorflow/tfjs-node is not installed (try: hpo setup native)]`,
    );
  });
});
