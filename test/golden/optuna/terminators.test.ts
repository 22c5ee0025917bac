import { describe, expect, it } from 'vitest';
import type { Prediction } from '../../../src/sampler/gp/predictor.ts';
import { float } from '../../../src/space/float-distribution.ts';
import { minimumRegretGap, type RegretGap } from '../../../src/terminator/emmr.ts';
import { crossValidationError, medianError, regretBound, stagnation } from '../../../src/terminator/index.ts';
import { betaOf, boundBetween, topOf } from '../../../src/terminator/regret-bound.ts';
import type { Direction } from '../../../src/trial/direction.ts';
import { frozenTrial } from '../../support/frozen-trial.ts';
import { expectClose, golden } from './golden.ts';

const cases = golden<{
  readonly beta: readonly (readonly [params: number, trials: number, delta: number, beta: number])[];
  readonly top: readonly (readonly [
    losses: readonly number[],
    ratio: number,
    least: number,
    kept: readonly number[],
  ])[];
  readonly values: readonly {
    readonly direction: Direction;
    readonly values: readonly number[];
    readonly scores: readonly (readonly number[])[];
    readonly most: number;
    readonly stagnation: number;
    readonly crossValidation: number;
    readonly medianOptions: { readonly warmupTrials: number; readonly initialTrials: number; readonly ratio: number };
    readonly median: number | null;
  }[];
  readonly models: readonly {
    readonly observed: readonly Prediction[];
    readonly others: readonly Prediction[];
    readonly bound: number;
    readonly gap: RegretGap;
    readonly emmr: number;
  }[];
  readonly ownModels: readonly {
    readonly direction: Direction;
    readonly points: readonly (readonly [number, number])[];
    readonly values: readonly number[];
    readonly bound: number;
  }[];
}>('terminators.json');

describe('the terminators of Optuna 5.0.0', () => {
  it('have these confidence widths, and model these trials', () => {
    for (const [params, trials, delta, beta] of cases.beta) expectClose(betaOf(params, trials, delta), beta, trials);
    for (const [losses, ratio, least, kept] of cases.top) {
      expect(topOf(Float64Array.from(losses), ratio, least)).toEqual(kept);
    }
  });

  it('have this stagnation, and these errors', () => {
    let medians = 0;
    for (const { direction, values, scores, most, medianOptions, ...expected } of cases.values) {
      const trials = values.map((value, number) =>
        frozenTrial(number, {
          values: [value],
          systemAttrs: number % 2 === 0 ? { 'terminator:cv_scores': scores[number] as number[] } : {},
          // The other way to tell them.
          intermediateValues: new Map(number % 2 === 0 ? [] : (scores[number] ?? []).entries()),
        }),
      );
      expect(stagnation({ trials: most }).evaluate(trials, direction)).toBe(expected.stagnation);
      expectClose(crossValidationError().evaluate(trials, direction), expected.crossValidation, values);
      const sums = (some: typeof trials) =>
        some.reduce((sum, trial) => sum + ((trial.values?.[0] ?? 0) - 2) * (trial.number + 1), 0);
      const median = medianError({ evaluate: sums }, medianOptions).evaluate(trials, direction);
      if (expected.median === null) expect(median).toBe(-Infinity);
      else expectClose(median, expected.median, values);
      if (expected.median !== null) medians++;
    }
    expect(medians).toBeGreaterThan(20);
  });

  it('combine what models say to the regret bound and the expected minimum model regret', () => {
    for (const { observed, others, bound, gap, emmr } of cases.models) {
      expectClose(boundBetween(observed, others, betaOf(2, observed.length, 0.1)), bound, observed.length);
      expectClose(minimumRegretGap(gap), emmr, gap);
    }
  });

  it('have models of another prior, whose bound is of the same order', () => {
    const distributions = { x: float(0, 1), y: float(0, 1) };
    const ratios = cases.ownModels.map(({ direction, points, values, bound }) => {
      const trials = points.map(([x, y], number) =>
        frozenTrial(number, { params: { x, y }, distributions, values: [values[number] as number] }),
      );
      return regretBound().evaluate(trials, direction) / bound;
    });
    expect(Math.min(...ratios)).toBeGreaterThan(0.4);
    expect(Math.max(...ratios)).toBeLessThan(2.5);
  });
});
