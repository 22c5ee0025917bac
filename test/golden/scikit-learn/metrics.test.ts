import { describe, expect, test } from 'vitest';
import { classificationMetrics } from '../../../src/training/index.ts';
import { calibrationOf } from '../../../src/training/loop/calibration.ts';
import { scoreFigures } from '../../../src/training/loop/scores.ts';
import golden from './metrics.json' with { type: 'json' };

type Averages = Readonly<Record<'precision' | 'recall' | 'f1', number>>;

function expectAverages(actual: Averages, expected: Averages): void {
  for (const figure of ['precision', 'recall', 'f1'] as const) {
    expect(actual[figure], figure).toBeCloseTo(expected[figure], 12);
  }
}

describe("the figures of random predictions are scikit-learn's", () => {
  test.each(Object.entries(golden))('%s', (_, expected) => {
    const images = expected.labels.map((label, at) => ({
      label,
      ...scoreFigures(Float32Array.from(expected.scores[at] as number[]), label),
    }));
    const classes = expected.confusion.map((_, at) => `class ${at}`);
    const confusion = classes.map((_, row) =>
      classes.map((_, column) => images.filter((image) => image.label === row && image.predicted === column).length),
    );
    expect(confusion).toEqual(expected.confusion);
    const loss = images.reduce((sum, image) => sum + image.loss, 0) / images.length;
    expect(loss).toBeCloseTo(expected.loss, 6);

    const metrics = classificationMetrics(confusion, classes, loss);
    for (const average of ['macro', 'micro', 'weighted'] as const) expectAverages(metrics[average], expected[average]);
    for (const [at, figures] of metrics.perClass.entries()) {
      const { precision, recall, f1 } = expected.perClass;
      expectAverages(figures, {
        precision: precision[at] as number,
        recall: recall[at] as number,
        f1: f1[at] as number,
      });
    }

    const topmost = Object.fromEntries(
      classes.map((_, k) => [k + 1, images.filter(({ rank }) => rank <= k).length / images.length]),
    );
    expect(Object.keys(topmost)).toEqual(Object.keys(expected.topK));
    for (const [k, share] of Object.entries(expected.topK)) expect(topmost[k], `top ${k}`).toBeCloseTo(share, 12);

    const judged = images.map(({ confidence, predicted, label }) => ({ confidence, isHit: predicted === label }));
    const { calibrationError, calibrationBins } = calibrationOf(judged);
    expect(calibrationError).toBeCloseTo(expected.calibration.error, 8);
    expect(calibrationBins).toHaveLength(15);
    for (const [at, [count, accuracy, confidence]] of expected.calibration.bins.entries()) {
      const bin = calibrationBins[at];
      expect(bin?.count).toBe(count);
      expect(bin?.accuracy).toBeCloseTo(accuracy as number, 12);
      expect(bin?.confidence).toBeCloseTo(confidence as number, 8);
    }
  });
});
