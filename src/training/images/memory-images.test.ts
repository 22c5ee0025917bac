import { describe, expect, test } from 'vitest';
import { allOf } from './image-set.ts';
import { memoryImages } from './memory-images.ts';
import { checkEveryClassOccurs } from './set-checks.ts';

const pixels = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
const given = { pixels, labels: [1, 0], imageShape: [3, 2, 1] as const, classes: ['a', 'b'] };

describe('images in memory', () => {
  test('are read one at a time', () => {
    const set = memoryImages(given);
    expect([...set.read(0)]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...set.read(1)]).toEqual([7, 8, 9, 10, 11, 12]);
    expect(set.labels).toEqual(Uint16Array.of(1, 0));
    expect([...allOf(set).indices]).toEqual([0, 1]);
  });

  test('have up to 65,535 classes', () => {
    const classes = Array.from({ length: 65_535 }, (_, index) => `class ${index}`);
    expect(memoryImages({ ...given, labels: [65_534, 300], classes }).labels).toEqual(Uint16Array.of(65_534, 300));
    expect(() => memoryImages({ ...given, classes: [...classes, 'another'] })).toThrow('65536 classes');
  });

  test('that do not fit together are refused in one line', () => {
    const refused = (options: object) => () => memoryImages({ ...given, ...options });
    expect(refused({ labels: [0, 1, 1] })).toThrowErrorMatchingInlineSnapshot(
      `[HpoError: memoryImages(): 12 bytes of pixels for 3 labels; images of shape [3, 2, 1] have 6 bytes each]`,
    );
    expect(refused({ labels: [0, 2] })).toThrowErrorMatchingInlineSnapshot(
      `[HpoError: memoryImages(): image 1 has the label 2; the classes are 0 to 1]`,
    );
    for (const label of [-1, 0.5, Number.NaN]) expect(refused({ labels: [0, label] })).toThrow(`the label ${label}`);
    expect(refused({ imageShape: [1, 1, 6] })).toThrowErrorMatchingInlineSnapshot(
      `[HpoError: memoryImages(): images of shape [1, 1, 6]: give [height, width, channels], with 1 to 16777216 pixels and 1 to 4 channels]`,
    );
    expect(refused({ pixels: new Uint8Array(), labels: [] })).toThrow('there are no images');
    expect(refused({ classes: [] })).toThrow('0 classes');
  });
});

test('a class that never occurs is named', () => {
  expect(() => checkEveryClassOccurs({ labels: Uint16Array.of(0, 2), classes: ['a', 'b', 'c'] }, 'a set')).toThrow(
    'a set: class "b" has no image; add some, or leave the class out',
  );
});
