import { expect, test } from 'vitest';
import { parseCards } from './nvidia-cards.ts';

test('cards are read from the lines of nvidia-smi', () => {
  const csv = '0, NVIDIA A100-SXM4-40GB, 40960, 535.104.05\n1, Tesla T4, 15360, 535.104.05\n';
  expect(parseCards(csv)).toEqual([
    { index: 0, name: 'NVIDIA A100-SXM4-40GB', memoryBytes: 40 * 2 ** 30, driver: '535.104.05' },
    { index: 1, name: 'Tesla T4', memoryBytes: 15 * 2 ** 30, driver: '535.104.05' },
  ]);
  expect(parseCards('')).toEqual([]);
});
