import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { DropoutLayer, device } from '../index.ts';
import { inTrainingStep, type TrainingStep } from '../training-step.ts';

beforeAll(() => device({ backend: 'cpu' }));

const step: TrainingStep = { seed: 1, epoch: 1, step: 1 };

/** The masks of consecutive calls of a layer in a step; outside of any without one. */
function masks(layer: DropoutLayer, at: TrainingStep | undefined, count = 1): string[] {
  const draw = (): string[] =>
    Array.from({ length: count }, () =>
      tf.tidy(() => (layer.apply(tf.ones([64]), { training: true }) as tf.Tensor).dataSync().join('')),
    );
  return at ? inTrainingStep(at, draw) : draw();
}

const layer = (seed = 'a') => new DropoutLayer({ rate: 0.5, seed });

describe('the masks of dropout', () => {
  test('follow from seeds, epoch, step and application, whatever was drawn before', () => {
    const later = { ...step, epoch: 3, step: 7 };
    const one = layer();
    masks(one, step, 3);
    masks(one, undefined, 2);
    expect(masks(one, later, 2)).toEqual(masks(layer(), later, 2));
    expect(masks(one, { ...later })).toEqual(masks(layer(), later)); // a new step counts its applications from the first
  });

  test('differ with each of them', () => {
    const [first, second] = masks(layer(), step, 2);
    const others = [{ seed: 2 }, { seed: 1.5 }, { epoch: 2 }, { step: 2 }, { epoch: 2, step: 2 }];
    const drawn = others.flatMap((other) => masks(layer(), { ...step, ...other }));
    expect(new Set([first, second, ...masks(layer('b'), step), ...drawn]).size).toBe(8);
  });

  test('keep as many elements as the rate says, over all steps', () => {
    const one = layer();
    let kept = 0;
    for (let epoch = 1; epoch <= 20; epoch++) {
      for (let at = 1; at <= 20; at++) {
        kept += masks(one, { ...step, epoch, step: at })[0]?.replaceAll('0', '').length ?? 0;
      }
    }
    expect(kept / (400 * 64)).toBeCloseTo(0.5, 1);
  });

  test('are a stream outside of a training', () => {
    const stream = masks(layer(), undefined, 3);
    expect(new Set(stream).size).toBe(3);
    expect(masks(layer(), undefined, 3)).toEqual(stream);
  });
});
