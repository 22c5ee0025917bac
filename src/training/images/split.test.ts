import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memoryImages } from './memory-images.ts';
import { countsByClass } from './set-checks.ts';
import { split } from './split.ts';

/** Images of one pixel with these labels. */
function labelled(labels: readonly number[], classes: readonly string[] = ['a', 'b', 'c']) {
  return memoryImages({ pixels: new Uint8Array(labels.length), labels, imageShape: [1, 1, 1], classes });
}

const set = labelled(new Array<number>(100).fill(0), ['a']);

describe('a split', () => {
  test('has the requested sizes and no image twice', () => {
    const { train, validation } = split(set, { train: 60, validation: 30 }, 20);
    expect([train.indices.length, validation.indices.length]).toEqual([60, 30]);
    expect(new Set([...train.indices, ...validation.indices]).size).toBe(90);
  });

  test('has the same images whatever the release', () => {
    const { train, validation } = split(
      labelled([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
      { train: 6, validation: 4 },
      20,
    );
    expect([...train.indices]).toEqual([9, 8, 10, 11, 7, 6]);
    expect([...validation.indices]).toEqual([3, 0, 4, 5]);
  });

  test('follows its seed; more training images leave the validation images as they are', () => {
    const short = split(set, { train: 10, validation: 30 }, 20);
    const long = split(set, { train: 70, validation: 30 }, 20);
    expect(long.validation.indices).toEqual(short.validation.indices);
    expect(long.train.indices.slice(0, 10)).toEqual(short.train.indices);
    expect(split(set, { train: 10, validation: 30 }, 21).validation.indices).not.toEqual(short.validation.indices);
  });

  test('by shares is that by their numbers, and two that make up 1 take every image', () => {
    expect(split(set, { train: 0.8, validation: 0.2 }, 3)).toEqual(split(set, { train: 80, validation: 20 }, 3));
    expect(split(set, { train: 0.5, validation: 10 }, 3)).toEqual(split(set, { train: 50, validation: 10 }, 3));
    const odd = labelled(new Array<number>(11).fill(0), ['a']);
    const { train, validation } = split(odd, { train: 0.5, validation: 0.5 }, 3);
    expect(train.indices.length + validation.indices.length).toBe(11);
  });

  test('refuses sizes that do not fit in one line', () => {
    expect(() => split(set, { train: 90, validation: 20 }, 1)).toThrowErrorMatchingInlineSnapshot(
      `[HpoError: 90 training and 20 validation images were requested from a set of 100: take at least 1 each and 100 in all]`,
    );
    for (const train of [0, -1, Number.NaN, 1.5, 0.001, 0.95]) {
      expect(() => split(set, { train, validation: 20 }, 1), String(train)).toThrow('at least 1 each');
    }
    expect(() => split(set, { train: 1, validation: 1 }, 1, { stratify: true } as never)).toThrow('no `stratify`');
  });

  test('refuses to train on a class that has no image in its training part', () => {
    const rare = labelled([2, ...new Array<number>(30).fill(0), ...new Array<number>(30).fill(1)]);
    const lacking = Array.from({ length: 50 }, (_, seed) => {
      try {
        return !split(rare, { train: 40, validation: 21 }, seed).train.indices.includes(0);
      } catch (problem) {
        expect(String(problem)).toBe(
          'HpoError: class "c" has no image among the 40 training images: split with { stratified: true }, or leave the class out',
        );
        return undefined;
      }
    });
    expect(new Set(lacking)).toEqual(new Set([false, undefined]));
  });
});

describe('a stratified split', () => {
  test('has the shares of the classes in both parts, to the image', () => {
    const labels = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 60, maxLength: 200 });
    fc.assert(
      fc.property(labels, fc.integer(), fc.double({ min: 0.2, max: 0.5, noNaN: true }), (drawn, seed, share) => {
        const given = labelled([...drawn, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
        const { train, validation } = split(given, { train: 0.5, validation: share }, seed, { stratified: true });
        expect(new Set([...train.indices, ...validation.indices]).size).toBe(
          train.indices.length + validation.indices.length,
        );
        const counts = countsByClass(given.labels, 3);
        for (const { indices } of [train, validation]) {
          const own = countsByClass(
            indices.map((index) => given.labels[index] as number),
            3,
          );
          for (const [label, count] of own.entries()) {
            const exact = ((counts[label] as number) * indices.length) / given.labels.length;
            expect(Math.abs(count - exact)).toBeLessThan(2);
          }
        }
      }),
    );
  });

  test('takes whole parts of the shares, then the largest remainders', () => {
    const given = labelled([...'0000000111122'].map(Number)); // 7, 4 and 2 of 13: of 6, shares of 3.23, 1.85 and 0.92
    const { validation } = split(given, { train: 6, validation: 6 }, 1, { stratified: true });
    expect([
      ...countsByClass(
        validation.indices.map((index) => given.labels[index] as number),
        3,
      ),
    ]).toEqual([3, 2, 1]);
  });

  test('follows its seed, and its validation images do not depend on the number that is trained on', () => {
    const given = labelled(Array.from({ length: 90 }, (_, at) => at % 3));
    const parts = (train: number, seed: number) => split(given, { train, validation: 30 }, seed, { stratified: true });
    expect(parts(30, 1)).toEqual(parts(30, 1));
    expect(parts(60, 1).validation).toEqual(parts(30, 1).validation);
    expect(parts(30, 2).validation).not.toEqual(parts(30, 1).validation);
  });

  test('refuses a class with too few images by its name', () => {
    const given = labelled([...new Array<number>(50).fill(0), ...new Array<number>(49).fill(1), 2]);
    expect(() =>
      split(given, { train: 0.8, validation: 0.2 }, 1, { stratified: true }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[HpoError: class "c" has too few images for a stratified split: none of its 1 of 100 would be among the 20 validation images]`,
    );
  });
});
