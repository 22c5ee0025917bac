import { expect, test } from 'vitest';
import { parseNvidiaSmi } from './nvidia-smi.ts';

test('cards are read from the lines of nvidia-smi, in the order asked for', () => {
  const csv = 'NVIDIA H200, GPU-6f8c2a, 42, 1024, 143771\nNVIDIA H200, GPU-90d1b3, [N/A], 0, 143771\n';
  expect(parseNvidiaSmi(csv, ['name', 'uuid', 'utilisation', 'usedBytes', 'memoryBytes'])).toEqual([
    { name: 'NVIDIA H200', uuid: 'GPU-6f8c2a', utilisation: 42, usedBytes: 2 ** 30, memoryBytes: 143771 * 2 ** 20 },
    { name: 'NVIDIA H200', uuid: 'GPU-90d1b3', utilisation: NaN, usedBytes: 0, memoryBytes: 143771 * 2 ** 20 },
  ]);
  for (const none of ['', 'No devices were found\n']) expect(parseNvidiaSmi(none, ['index', 'name'])).toEqual([]);
});
