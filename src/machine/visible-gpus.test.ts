import { expect, test } from 'vitest';
import { selectGpus } from './visible-gpus.ts';

const GPUS = [
  { index: 0, uuid: 'GPU-6f8c2a' },
  { index: 1, uuid: 'GPU-90d1b3' },
  { index: 2, uuid: 'GPU-90e4c7' },
];

test.each<readonly [string, string | undefined, readonly number[]]>([
  ['all without it', undefined, [0, 1, 2]],
  ['those of its numbers, in its order', '2, 0', [2, 0]],
  ['those of the beginnings of its UUIDs', 'GPU-90e4,GPU-6f8c2a', [2, 0]],
  ['those before one that is not there', '1,7,0', [1]],
  ['none where it hides them', '-1', []],
  ['none where it is empty', '', []],
])('CUDA_VISIBLE_DEVICES selects %s', (_, visible, selected) => {
  expect(selectGpus(GPUS, visible)).toEqual(selected);
});

test('numbers count where nothing lists the GPUs', () => {
  expect(selectGpus([], '3,1')).toEqual([3, 1]);
  expect(selectGpus([], 'GPU-6f8c2a')).toEqual([]);
  expect(selectGpus([], undefined)).toEqual([]);
});
