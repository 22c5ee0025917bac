import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { earlyStopping } from './early-stopping.ts';
import { bestEpoch, epochsWithoutGain } from './epoch-metric.ts';
import type { EpochRecord } from './epoch-record.ts';

/** Epochs with these validation losses; the accuracies are their opposites. */
const epochsOf = (losses: readonly number[]): EpochRecord[] =>
  losses.map((loss, at) => ({
    epoch: at + 1,
    trainLoss: 1,
    trainAccuracy: 0,
    validationLoss: loss,
    validationAccuracy: -loss,
    seconds: 1,
  }));

describe('the best epoch', () => {
  test.each<[readonly number[], number | undefined]>([
    [[], undefined],
    [[3, 1, 2], 2],
    [[3, 1, 1], 2],
    [[Number.NaN, 2, Number.NaN], 2],
    [[Number.NaN, Number.NaN], 2],
    [[Number.POSITIVE_INFINITY, Number.NaN], 1],
  ])('of the losses %j is %j', (losses, epoch) => {
    expect(bestEpoch(epochsOf(losses), 'validationLoss')?.epoch).toBe(epoch);
    expect(bestEpoch(epochsOf(losses), 'validationAccuracy')?.epoch).toBe(epoch);
  });

  test('has the least loss, and as many epochs behind it as there are without a gain', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1 }), (losses) => {
        const best = bestEpoch(epochsOf(losses), 'validationLoss') as EpochRecord;
        expect(best.epoch).toBe(losses.indexOf(Math.min(...losses)) + 1);
        expect(epochsWithoutGain(epochsOf(losses), 'validationLoss', 0)).toBe(losses.length - best.epoch);
      }),
    );
  });
});

describe('early stopping', () => {
  /** The number of epochs that a training of these losses has. */
  const lengthOf = (losses: readonly number[], options: Parameters<typeof earlyStopping>[0]): number => {
    const { isOver } = earlyStopping(options);
    const length = losses.findIndex((_, at) => isOver?.(epochsOf(losses.slice(0, at + 1))));
    return length < 0 ? losses.length : length + 1;
  };

  test.each([
    [[5, 4, 3, 2, 1], { patience: 1 }, 5],
    [[5, 4, 4, 4, 4], { patience: 2 }, 4],
    [[5, 4, 6, 3, 6, 6], { patience: 2 }, 6],
    [[1, 0.95, 0.9, 0.85, 0.8], { patience: 2, minDelta: 0.2 }, 3],
    [[1, 0.9, 0.79, 0.7, 0.6], { patience: 2, minDelta: 0.2 }, 5],
    [[Number.NaN, Number.NaN, 1], { patience: 2 }, 2],
    [[1, Number.NaN, Number.NaN, 0.5], { patience: 2 }, 3],
    [[5, 4, 4, 4, 4], { patience: 2, metric: 'validationAccuracy' as const }, 4],
    [[5, 4, 3, 2, 1], { patience: 2, metric: 'trainLoss' as const }, 3],
  ])('of the losses %j by %j is after epoch %i', (losses, options, epochs) => {
    expect(lengthOf(losses, options)).toBe(epochs);
  });

  test.each([
    [{ patience: 0 }, '`patience` is 0; give a whole number from 1 on.'],
    [{} as never, '`patience` is missing; give a whole number from 1 on.'],
    [{ patience: 1, minDelta: -1 }, '`minDelta` is -1; give a number from 0 on.'],
    [{ patience: 1, metric: 'f1' as never }, `\`metric\` is "f1"; give 'trainLoss' or`],
    [{ patience: 1, mindelta: 1 } as never, 'there is no `mindelta`; there are patience, metric, minDelta.'],
  ])('is refused with %j', (options, line) => {
    expect(() => earlyStopping(options)).toThrow(`earlyStopping(): ${line}`);
  });
});
