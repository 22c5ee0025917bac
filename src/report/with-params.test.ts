import { expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { storedStudy } from '../../test/support/stored-study.ts';
import { float } from '../space/float-distribution.ts';
import { gatherReport } from './gather.ts';
import { withParams } from './with-params.ts';

const names = ['a', 'b', 'c'];
const distributions = Object.fromEntries(names.map((name) => [name, float(0, 10)]));

/** The data of ten trials, whose value is that of `c`. */
function gathered() {
  const trials = Array.from({ length: 10 }, (_, number) =>
    frozenTrial(number, { params: { a: 1 + number / 10, b: 5, c: number }, distributions, values: [number] }),
  );
  return gatherReport(storedStudy(trials), null, new Date(0));
}

it('reduces trials and importances to some parameters, in their order', () => {
  const all = gathered();
  expect(all.params.map(({ name }) => name)).toEqual(names);
  const { params, trials, importances } = withParams(all, ['c', 'nowhere', 'a']);
  expect(params.map(({ name }) => name)).toEqual(['c', 'a']);
  expect(trials.map((trial) => trial.params)).toEqual(all.trials.map(({ params: [a, , c] }) => [c, a]));
  expect(trials.map(({ values }) => values)).toEqual(all.trials.map(({ values }) => values));

  const shareOf = (data: typeof all, name: string) => {
    const place = data.params.findIndex((param) => param.name === name);
    return data.importances.map(({ shares }) => shares.find(([at]) => at === place)?.slice(1));
  };
  expect(importances).toHaveLength(all.importances.length);
  for (const name of ['a', 'c']) expect(shareOf({ ...all, params, importances }, name)).toEqual(shareOf(all, name));
  for (const { shares } of importances) expect(shares.every(([at]) => at < 2)).toBe(true);
});
