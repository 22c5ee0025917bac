import { expect, test } from 'vitest';
import { measure } from './measure.ts';
import { memoryImages } from './memory-images.ts';
import { levelsOf } from './normalisation.ts';

/** Two images of two pixels with two channels. */
const set = memoryImages({
  pixels: Uint8Array.of(0, 255, 51, 255, 102, 0, 204, 255),
  labels: [0, 0],
  imageShape: [1, 2, 2],
  classes: ['a'],
});

test('the mean and the deviation of each channel are those of its pixels', () => {
  const { mean, deviation } = measure(set);
  expect(mean[0]).toBeCloseTo((0 + 0.2 + 0.4 + 0.8) / 4, 15);
  expect(mean[1]).toBeCloseTo(0.75, 15);
  expect(deviation[0]).toBeCloseTo(Math.sqrt(0.0875), 15);
  expect(deviation[1]).toBeCloseTo(Math.sqrt(3 / 16), 15);
});

test("the images' own deviations are averaged on request", () => {
  const { mean, deviation } = measure(set, { deviation: 'images' });
  expect(mean[1]).toBeCloseTo(0.75, 15);
  expect(deviation[0]).toBeCloseTo((0.2 + 0.4) / Math.SQRT2 / 2, 15);
  expect(deviation[1]).toBeCloseTo(Math.SQRT1_2 / 2, 15);
});

test('a part of a set is measured alone', () => {
  expect(measure({ set, indices: Uint32Array.of(1) }).mean[0]).toBeCloseTo(0.6, 15);
});

test('what has no moments is refused', () => {
  expect(() => measure({ set, indices: new Uint32Array() })).toThrow('there are no images');
  const point = memoryImages({ pixels: Uint8Array.of(1), labels: [0], imageShape: [1, 1, 1], classes: ['a'] });
  expect(() => measure(point, { deviation: 'images' })).toThrow('an image of one pixel has no deviation');
  expect(() => measure(set, { deviation: 'pixel' as never })).toThrow("give 'pixels' or 'images'");
});

test('a normalisation that is not one for the images is refused in one line', () => {
  expect(() => levelsOf({ mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] }, 1)).toThrowErrorMatchingInlineSnapshot(
    `[HpoError: a normalisation with 3 means and 3 deviations is not one for images of 1 channels: give one of each for a channel, as measure() has them]`,
  );
  const flat = measure({ set: memoryImages({ ...set, pixels: new Uint8Array(8) }), indices: Uint32Array.of(0) });
  expect(() => levelsOf(flat, 2)).toThrow('the deviation 0 in channel 0');
  expect(() => levelsOf({ mean: [Number.NaN], deviation: [1] }, 1)).toThrow('the mean NaN');
});
