import { expect, it } from 'vitest';
import { median, type PercentileOptions, percentile } from '../../../src/pruner/index.ts';
import type { Direction } from '../../../src/trial/direction.ts';
import type { TrialState } from '../../../src/trial/frozen-trial.ts';
import { frozenTrial } from '../../support/frozen-trial.ts';
import { historyOf } from '../../support/history.ts';
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
    const history = historyOf([...trials, asking], { directions: [example.direction] });
    const prunes = percentile(example.percent, example.options).judge(history, asking);
    expect(prunes, JSON.stringify(example)).toBe(example.prune);
    if (example.percent === 50) expect(median(example.options).judge(history, asking)).toBe(prunes);
  }
  const pruned = examples.filter((example) => example.prune).length;
  expect({ cases: examples.length, enoughOfEach: pruned > 100 && examples.length - pruned > 100 }).toEqual({
    cases: 500,
    enoughOfEach: true,
  });
});
