import { expect, it } from 'vitest';
import { frozenTrial } from '../../../test/support/frozen-trial.ts';
import { float } from '../../space/float-distribution.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { importance } from '../importance.ts';
import { pedAnova } from './ped-anova.ts';

const x = float(0, 1);

/** Trials with the parameter `x`, of which a tenth are good ones, near 0. */
const withX = (count: number): FrozenTrial[] =>
  Array.from({ length: count }, (_, number) =>
    frozenTrial(number, {
      params: { x: (number + 0.5) / count },
      distributions: { x },
      values: [number < count / 10 ? 0 : 1],
    }),
  );

/** Trials without it, behind others, of which `good` are good ones. */
const without = (from: number, count: number, good: number): FrozenTrial[] =>
  Array.from({ length: count }, (_, at) => frozenTrial(from + at, { values: [at < good ? 0 : 1] }));

const measured = (trials: readonly FrozenTrial[], targetQuantile: number, minimize = true) =>
  importance(
    { directions: [minimize ? 'minimize' : 'maximize'], trials },
    { evaluator: pedAnova({ targetQuantile }), normalize: false },
  ).get('x') as number;

it('counts a parameter of some trials by the square of their share of the good ones, over their share of all', () => {
  const whole = measured(withX(40), 0.1);
  expect(whole).toBeGreaterThan(0);
  // Theorem 4.2 of Conditional PED-ANOVA: half of the good ones, and half of all, have it.
  expect(measured([...withX(40), ...without(40, 40, 4)], 0.1) / whole).toBeCloseTo(0.5 ** 2 / 0.5, 10);
  // All of the good ones have it, which are half as large a part of the trials.
  expect(measured([...withX(40), ...without(40, 40, 0)], 0.05) / whole).toBeCloseTo((1 / 0.5) * 0.5 ** 2, 10);
});

it('finds the good trials in the direction of the study', () => {
  const flipped = withX(40).map((trial) => ({ ...trial, values: [-(trial.values?.[0] ?? 0)] }));
  expect(measured(flipped, 0.1, false)).toBe(measured(withX(40), 0.1));
});
