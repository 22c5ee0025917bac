import { expect, test } from 'vitest';
import { classificationMetrics } from './metrics.ts';

test('the figures of a confusion matrix', () => {
  const confusion = [
    [8, 2, 0],
    [1, 4, 0],
    [3, 0, 2],
  ];
  const metrics = classificationMetrics(confusion, ['cat', 'dog', 'frog'], 0.5);
  expect(metrics.loss).toBe(0.5);
  expect(metrics.accuracy).toBeCloseTo(14 / 20);
  expect(metrics.perClass.map(({ name, support }) => [name, support])).toEqual([
    ['cat', 10],
    ['dog', 5],
    ['frog', 5],
  ]);
  expect(metrics.perClass.map(({ accuracy }) => accuracy)).toEqual([0.8, 0.8, 0.4]);
  expect(metrics.perClass.map(({ precision }) => precision)).toEqual([8 / 12, 4 / 6, 1]);
  expect(metrics.macro.recall).toBeCloseTo((0.8 + 0.8 + 0.4) / 3);
  expect(metrics.macro.precision).toBeCloseTo((8 / 12 + 4 / 6 + 1) / 3);
  expect(metrics.macro.f1).toBeCloseTo((16 / 22 + 8 / 11 + 4 / 7) / 3);
  expect(metrics.confusion).toEqual(confusion);
});

test('classes without images or predictions count as 0', () => {
  const metrics = classificationMetrics(
    [
      [0, 0],
      [2, 0],
    ],
    ['a', 'b'],
    1,
  );
  expect(metrics.accuracy).toBe(0);
  expect(metrics.macro).toEqual({ precision: 0, recall: 0, f1: 0 });
});
