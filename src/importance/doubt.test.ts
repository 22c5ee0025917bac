import { expect, it } from 'vitest';
import { fewTrialsDoubt } from './doubt.ts';

it('importances of fewer than 50 complete trials are doubted', () => {
  expect(fewTrialsDoubt(1)).toBe('1 complete trial is too few to rely on this; take 50 or more.');
  expect(fewTrialsDoubt(49)).toBe('49 complete trials are too few to rely on this; take 50 or more.');
  expect(fewTrialsDoubt(50)).toBeUndefined();
});
