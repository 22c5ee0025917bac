import { expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { historyOf } from '../../test/support/history.ts';
import { random } from '../sampler/index.ts';
import { CategoricalDistribution } from '../space/categorical-distribution.ts';
import { isLater, ParamChoice } from './param-choice.ts';

it('chooses lists, which Python may store as choices, without a promise', async () => {
  const layers = [
    [32, 64],
    [128, 256],
  ];
  const stored = new CategoricalDistribution(layers as never[], 'stored');
  const choice = await ParamChoice.start({ sampler: random(), seed: 1 }, historyOf([]), frozenTrial(0));
  const value = choice.choose(historyOf([]), 'layers', stored);
  expect(isLater(value)).toBe(false);
  expect(layers).toContainEqual(value);
});
