import { expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { historyOf } from '../../test/support/history.ts';
import { startingTrial } from '../../test/support/search.ts';
import { int } from '../space/int-distribution.ts';
import type { Sampler } from './sampler.ts';
import { WithoutRepeats } from './without-repeats.ts';

const n = int(0, 9);

/** A sampler that always chooses 5. */
const stubborn: Sampler = { name: 'stubborn', start: () => ({ params: new Map([['n', 5]]) }), sample: () => 5 };

/** The choice of the next trial, and the number of points left, once trials have had these values. */
async function afterTrials(...values: readonly number[]) {
  const trials = values.map((value, number) => frozenTrial(number, { params: { n: value }, distributions: { n } }));
  const history = historyOf(trials, { space: new Map([['n', n]]) });
  const sampler = new WithoutRepeats(stubborn);
  const { params } = await sampler.start(history, startingTrial(values.length));
  return [params.get('n'), sampler.remaining(history)];
}

it('leaves the sampler its choice, and takes the nearest point that no trial has had where others have it', async () => {
  expect(await afterTrials(6, 4)).toEqual([5, 8]);
  expect(await afterTrials(5, 6, 4, 7)).toEqual([3, 6]);
  expect(await afterTrials(5, 6, 4, 3, 2)).toEqual([7, 5]);
});

it('asks the sampler again with other draws each time, the same ones for the same trial', async () => {
  const draws: number[] = [];
  const drawing: Sampler = {
    name: 'drawing',
    start: (_, trial) => {
      draws.push(trial.rng('sampler').uniform());
      return { params: new Map() };
    },
    sample: (_, trial, name) => {
      draws.push(trial.rng(`sampler:${name}`).uniform());
      return 5;
    },
  };
  const history = historyOf([frozenTrial(0, { params: { n: 5 }, distributions: { n } })], {
    space: new Map([['n', n]]),
  });
  const sampler = new WithoutRepeats(drawing);
  await sampler.start(history, startingTrial(1));
  const first = draws.splice(0);
  expect(new Set(first).size).toBe(2 * 21); // asked once, and twenty times again
  await sampler.start(history, startingTrial(1));
  expect(draws).toEqual(first);
});
