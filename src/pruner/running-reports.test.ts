import { expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { historyOf } from '../../test/support/history.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { metricsKey } from '../trial/reported-metrics.ts';
import { PRUNERS } from './by-name.ts';
import { paretoRank } from './pareto-rank.ts';
import { patient } from './patient.ts';
import { percentile } from './percentile.ts';
import type { Pruner } from './pruner.ts';
import { threshold } from './threshold.ts';

const all: Readonly<Record<string, () => Pruner>> = {
  ...Object.fromEntries(Object.entries(PRUNERS).map(([name, { make }]) => [name, make])),
  percentile: () => percentile(25),
  threshold: () => threshold({ upper: 5 }),
  patient: () => patient(percentile(50), 1),
  paretoRank: () => paretoRank({ metrics: ['size'] }),
};

/** Trials that have ended, some that run, and the last one, which is judged. */
function trials(hasReports: boolean): FrozenTrial[] {
  return Array.from({ length: 40 }, (_, number) => {
    const reports = new Map(Array.from({ length: 6 }, (_, step) => [step, ((number * 7) % 11) + 1 / (step + 1)]));
    const isRunning = number % 4 === 3;
    const isOther = isRunning && number < 39;
    const rungs = { completed_rung_0: reports.get(1) ?? 0, completed_rung_1: reports.get(4) ?? 0 };
    const sizes = Object.fromEntries([...reports.keys()].map((step) => [step, { size: number % 5 }]));
    return frozenTrial(number, {
      state: isRunning ? 'RUNNING' : number % 4 === 2 ? 'PRUNED' : 'COMPLETE',
      values: isRunning ? null : [(number * 7) % 11],
      intermediateValues: isOther && !hasReports ? new Map() : reports,
      systemAttrs: isOther ? rungs : { [metricsKey(0)]: sizes },
    });
  });
}

it.each(Object.entries(all))('%s judges alike without the reports of other trials that run', async (_, make) => {
  const judgements = [true, false].map((hasReports) => {
    const known = trials(hasReports);
    const pruner = make();
    const own = known.at(-1) as FrozenTrial;
    const history = historyOf(known, { directions: ['minimize'] });
    return [...own.intermediateValues.keys()].map((step) => {
      const until = new Map([...own.intermediateValues].filter(([at]) => at <= step));
      return pruner.judge(pruner.peers?.(history, own) ?? history, { ...own, intermediateValues: until });
    });
  });
  expect(make().ignoresRunningReports).toBe(true);
  expect(judgements[1]).toEqual(judgements[0]);
});
