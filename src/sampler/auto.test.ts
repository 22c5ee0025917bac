import { expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { historyOf } from '../../test/support/history.ts';
import { searchByRun, startingTrial } from '../../test/support/search.ts';
import { testFunctions } from '../../test/support/test-functions.ts';
import type { History } from '../history/history.ts';
import { float } from '../space/float-distribution.ts';
import { auto, SAMPLER_ATTR } from './auto.ts';
import { gp } from './gp/sampler.ts';
import { random } from './random.ts';
import type { Sampler } from './sampler.ts';
import { tpe } from './tpe/sampler.ts';

const trials = searchByRun(random(), testFunctions.choices, 420, 1);

/** Expects auto() to draw what `sampler` draws, and to say so. */
async function expectChoice(history: History, number: number, sampler: Sampler, because: string): Promise<void> {
  const trial = startingTrial(number);
  const { params, attrs } = await auto().start(history, trial);
  expect(attrs).toEqual({ [SAMPLER_ATTR]: { name: sampler.name, because } });
  expect(params).toEqual((await sampler.start(history, trial)).params);
  const own = ['own', float(0, 1)] as const;
  expect(await auto().sample(history, trial, ...own)).toBe(await sampler.sample(history, trial, ...own));
}

it('is gp() for one direction, from the first trial on', async () => {
  for (const count of [0, 9, 30]) {
    await expectChoice(historyOf(trials.slice(0, count)), count, gp(), 'fewer than 400 trials');
  }
});

it('is gp() and tpe() by turns in a long study, in which failed trials do not count', async () => {
  await expectChoice(historyOf(trials), 420, gp(), 'by turns from 400 trials on');
  await expectChoice(historyOf(trials), 421, tpe(), 'by turns from 400 trials on');
  const failed = trials.map((trial) => (trial.number > 40 ? frozenTrial(trial.number, { state: 'FAIL' }) : trial));
  await expectChoice(historyOf(failed), 421, gp(), 'fewer than 400 trials');
});

it('is tpe() in a very long study', async () => {
  const more = Array.from({ length: 600 }, (_, i) => frozenTrial(420 + i, { ...trials[i % 420], number: 420 + i }));
  await expectChoice(historyOf([...trials, ...more]), 1020, tpe(), '1000 trials or more');
});
