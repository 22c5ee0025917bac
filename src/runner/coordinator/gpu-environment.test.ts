import { expect, it } from 'vitest';
import { gpuEnvironment } from './gpu-environment.ts';

it('gives the slots their GPUs in turn', () => {
  const given = [0, 1, 2, 3, 4].map((slot) => gpuEnvironment(slot, [0, 3]));
  expect(given.map(({ HPO_GPU }) => HPO_GPU)).toEqual(['0', '3', '0', '3', '0']);
  expect(given[1]).toEqual({ HPO_GPU: '3', CUDA_VISIBLE_DEVICES: '3' });
});

it('gives none where the backend chooses', () => {
  expect(gpuEnvironment(2)).toEqual({});
  expect(gpuEnvironment(2, [])).toEqual({});
});
