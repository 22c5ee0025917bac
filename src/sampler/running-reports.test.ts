import { expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { historyOf } from '../../test/support/history.ts';
import { startingTrial } from '../../test/support/search.ts';
import { float } from '../space/float-distribution.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { SAMPLERS } from './by-name.ts';
import { partialFixed } from './partial-fixed.ts';
import { random } from './random.ts';
import type { Sampler } from './sampler.ts';
import { tpe } from './tpe/sampler.ts';
import { WithoutRepeats } from './without-repeats.ts';

const space = { x: float(0, 1, { step: 0.05 }), y: float(0, 1, { step: 0.05 }) };

const all: Readonly<Record<string, () => Sampler>> = {
  ...Object.fromEntries(Object.entries(SAMPLERS).map(([name, { make }]) => [name, () => make()])),
  'tpe with constant liar': () => tpe({ constantLiar: true }),
  partialFixed: () => partialFixed({ x: 0.5 }, random()),
  withoutRepeats: () => new WithoutRepeats(random()),
};

function trials(hasReports: boolean): FrozenTrial[] {
  return Array.from({ length: 30 }, (_, number) => {
    const isRunning = number % 4 === 3;
    const params = { x: ((number * 7) % 20) / 20, y: ((number * 3) % 20) / 20 };
    return frozenTrial(number, {
      state: isRunning ? 'RUNNING' : number % 4 === 2 ? 'PRUNED' : 'COMPLETE',
      values: isRunning ? null : [params.x],
      params,
      distributions: space,
      intermediateValues: isRunning && !hasReports ? new Map() : new Map([[0, params.y]]),
    });
  });
}

it.each(Object.entries(all))('%s draws alike without the reports of other trials that run', async (_, make) => {
  const draws = await Promise.all(
    [true, false].map(async (hasReports) => {
      const sampler = make();
      const history = historyOf(trials(hasReports), {
        directions: ['minimize'],
        space: new Map(Object.entries(space)),
      });
      const trial = startingTrial(30, 5);
      const { params, attrs } = await sampler.start(history, trial);
      const x = params.get('x') ?? (await sampler.sample(history, trial, 'x', space.x));
      return { params: [...params], attrs, x };
    }),
  );
  expect(make().ignoresRunningReports).toBe(true);
  expect(draws[1]).toEqual(draws[0]);
});
