import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calibrationOf } from './calibration.ts';
import { scoreFigures } from './scores.ts';

// Golden numbers of scikit-learn: test/golden/scikit-learn.

describe('the figures of scores', () => {
  test('take the first of equal scores', () => {
    const scores = Float32Array.of(2, 5, 5, 1);
    expect([0, 1, 2, 3].map((label) => scoreFigures(scores, label).rank)).toEqual([2, 0, 1, 3]);
    expect(scoreFigures(scores, 2).predicted).toBe(1);
  });

  test('of a NaN are those of class 0, and NaN', () => {
    const figures = scoreFigures(Float32Array.of(1, Number.NaN, 3), 2);
    expect(figures).toEqual({ predicted: 0, loss: Number.NaN, confidence: Number.NaN, rank: 2 });
  });

  test('rank the label first exactly where it is predicted, and each class once', () => {
    const score = fc.oneof(fc.constantFrom(0, 1, 2), fc.constant(Number.NaN));
    fc.assert(
      fc.property(fc.array(score, { minLength: 1, maxLength: 6 }), (values) => {
        const scores = Float32Array.from(values);
        const all = values.map((_, label) => scoreFigures(scores, label));
        expect(all.map(({ rank }) => rank).sort()).toEqual(values.map((_, at) => at));
        for (const [label, { rank, predicted }] of all.entries()) expect(rank === 0).toBe(predicted === label);
      }),
    );
  });

  test('are finite for large scores', () => {
    const { loss, confidence } = scoreFigures(Float32Array.of(1e30, -1e30), 0);
    expect([loss, confidence]).toEqual([0, 1]);
  });
});

describe('calibration', () => {
  test('of predictions that are as sure as they are right is without error', () => {
    const images = [true, true, true, false].map((isHit) => ({ confidence: 0.75, isHit }));
    const { calibrationError, calibrationBins } = calibrationOf(images, 4);
    expect(calibrationError).toBe(0);
    expect(calibrationBins.map(({ from, to, count }) => [from, to, count])).toEqual([
      [0, 0.25, 0],
      [0.25, 0.5, 0],
      [0.5, 0.75, 4], // the upper end belongs to the bin
      [0.75, 1, 0],
    ]);
  });

  test('of no images is 0, of a NaN is NaN, and leaves the image out of the bins', () => {
    expect(calibrationOf([]).calibrationError).toBe(0);
    const images = [1, Number.NaN, 0].map((confidence) => ({ confidence, isHit: true }));
    const { calibrationError, calibrationBins } = calibrationOf(images);
    expect(calibrationError).toBeNaN();
    expect(calibrationBins.map(({ count }) => count)).toEqual([1, ...new Array(13).fill(0), 1]);
  });
});
