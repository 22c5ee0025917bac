import { expect, test } from 'vitest';
import { type ImageSet, split } from './image-set.ts';

const set: ImageSet = {
  pixels: new Uint8Array(100),
  labels: new Uint8Array(100),
  imageShape: [1, 1, 1],
  classes: ['a'],
};

test('a split has the requested sizes and no image twice', () => {
  const { train, validation } = split(set, { train: 60, validation: 30 }, 20);
  expect([train.indices.length, validation.indices.length]).toEqual([60, 30]);
  expect(new Set([...train.indices, ...validation.indices]).size).toBe(90);
});

test('the seed decides; more training images leave the validation images as they are', () => {
  const short = split(set, { train: 10, validation: 30 }, 20);
  const long = split(set, { train: 70, validation: 30 }, 20);
  expect(long.validation.indices).toEqual(short.validation.indices);
  expect(long.train.indices.slice(0, 10)).toEqual(short.train.indices);
  expect(split(set, { train: 10, validation: 30 }, 21).validation.indices).not.toEqual(short.validation.indices);
});

test('counts that do not fit are refused in one line', () => {
  expect(() => split(set, { train: 90, validation: 20 }, 1)).toThrowErrorMatchingInlineSnapshot(
    `[HpoError: 90 training and 20 validation images were requested from a set of 100: take at least 1 each and 100 in all]`,
  );
  expect(() => split(set, { train: 0, validation: 20 }, 1)).toThrow('at least 1');
});
