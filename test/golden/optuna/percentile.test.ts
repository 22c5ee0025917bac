import { expect, it } from 'vitest';
import { type PercentileOptions, PercentileRule } from '../../../src/pruner/percentile-rule.ts';
import type { Direction } from '../../../src/trial/direction.ts';
import type { TrialState } from '../../../src/trial/frozen-trial.ts';
import { frozenTrial } from '../../support/frozen-trial.ts';
import { golden } from './golden.ts';

type Reports = readonly (readonly [number, number])[];

interface GoldenCase {
  readonly direction: Direction;
  readonly percent: number;
  readonly options: PercentileOptions;
  readonly trials: readonly (readonly [TrialState, Reports])[];
  readonly asking: Reports;
  readonly prune: boolean;
}

it('the percentile rule decides as Optuna 5.0.0 does', () => {
  const examples = golden<GoldenCase[]>('percentile.json');
  for (const example of examples) {
    const trials = example.trials.map(([state, reports], number) =>
      frozenTrial(number, { state, intermediateValues: new Map(reports) }),
    );
    const asking = frozenTrial(trials.length, { state: 'RUNNING', intermediateValues: new Map(example.asking) });
    const rule = new PercentileRule('percentile', example.percent, example.options);
    const study = { name: 'golden', directions: [example.direction], trials: [...trials, asking] };
    expect(rule.shouldPrune(study, asking), JSON.stringify(example)).toBe(example.prune);
  }
  const pruned = examples.filter((example) => example.prune).length;
  expect({ cases: examples.length, enoughOfEach: pruned >= 60 && examples.length - pruned >= 60 }).toEqual({
    cases: 300,
    enoughOfEach: true,
  });
});
