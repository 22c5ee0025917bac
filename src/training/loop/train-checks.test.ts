import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import { type ShortOptions, trainShortly } from '../../../test/support/short-training.ts';
import { earlyStopping, reduceOnPlateau, type SchedulePoint } from '../index.ts';

describe('a training with wrong options', () => {
  test.each([
    [{ epochs: 0 }, 'train(): `epochs` is 0; give a whole number from 1 on.'],
    [
      { build: () => tfl.sequential({ layers: [tfl.layers.flatten({ inputShape: [28, 28, 1] })] }) },
      'train(): the model takes images of 28 × 28 × 1, and these are 32 × 32 × 3; build it with their `imageShape`.',
    ],
    [
      { build: () => tfl.sequential({ layers: [tfl.layers.flatten({ inputShape: [32, 32, 3] })] }) },
      'train(): the model gives 3072 scores an image, and the images have 10 classes; build it for those.',
    ],
    [{ patience: 0 }, 'train(): `patience` is 0; give a whole number from 1 on.'],
    [{ logEvery: 1.5 }, 'train(): `logEvery` is 1.5; give a whole number from 1 on.'],
    [{ schedule: 0.1 as never }, 'train(): `schedule` is 0.1; give a schedule, as oneCycle().'],
    [
      { schedule: ({ step }: SchedulePoint) => (step < 4 ? 1 : Number.NaN) },
      'train(): `schedule` gave NaN for step 2 of epoch 2; let it give a finite number from 0 on.',
    ],
    [{ trainEvaluation: 1 as never }, 'train(): `trainEvaluation` is 1; give true or false.'],
    [{ perClass: 'all' as never }, 'train(): `perClass` is "all"; give true or false.'],
    [{ labelSmoothing: 1 }, 'train(): `labelSmoothing` is 1; give a number from 0 on, less than 1.'],
    [{ mixup: -1 }, 'train(): `mixup` is -1; give a number from 0 on.'],
    [
      { gradientClipping: { norm: 0 } },
      'train(): `gradientClipping` is an object; give { norm } or { value } with a number above 0.',
    ],
    [{ gradientClipping: { norm: 1, value: 1 } }, 'train(): `gradientClipping` is an object; give { norm } or'],
    [{ gradientClipping: 1 as never }, 'train(): `gradientClipping` is 1; give { norm } or'],
    [{ weightAverage: { decay: 1 } }, 'train(), `weightAverage`: `decay` is 1; give a number from 0 on, less than 1.'],
    [{ weightAverage: {} as never }, 'train(), `weightAverage`: `decay` is missing; give a number from 0 on'],
    [{ restoreBest: 'accuracy' as never }, 'train(): `restoreBest` is "accuracy"; give true, false,'],
    [
      { restoreBest: 'trainEvaluationLoss' as const },
      "train(): `restoreBest` is 'trainEvaluationLoss', which the epochs do not have without `trainEvaluation: true`.",
    ],
    [
      { callbacks: [earlyStopping({ patience: 1, metric: 'trainEvaluationLoss' })] },
      'earlyStopping(): no epoch has a `trainEvaluationLoss`; there are trainLoss, trainAccuracy, validationLoss,',
    ],
    [
      { schedule: reduceOnPlateau({ metric: 'trainEvaluationLoss' }) },
      'reduceOnPlateau(): no epoch has a `trainEvaluationLoss`; ask train() for it.',
    ],
  ])('is refused in a line: %#', async (options: ShortOptions, line) => {
    const refused = await trainShortly(options).catch(({ message }: Error) => message);
    expect(refused).toContain(line);
    expect(refused).not.toContain('\n');
  });
});
