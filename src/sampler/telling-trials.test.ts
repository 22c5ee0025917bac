import { expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { tellingTrials } from './telling-trials.ts';

const trials = Array.from({ length: 50 }, (_, number) =>
  frozenTrial(number, { params: { x: number }, values: [(number - 20) ** 2] }),
);
const numbersOf = (direction: 'minimize' | 'maximize', count: number) =>
  tellingTrials(trials, direction, count).map(({ params }) => params.x);

it('are the best ones, and as many others from all over the rest, the best one first', () => {
  expect(numbersOf('minimize', 6)).toEqual([20, 19, 21, 18, 29, 37]);
  expect(numbersOf('maximize', 4)).toEqual([49, 48, 47, 32]);
  expect(numbersOf('minimize', 100)).toHaveLength(50);
});

it('are complete, finite and feasible, their losses comparable, however bad the worst is', () => {
  const others = [
    frozenTrial(50, { state: 'PRUNED', intermediateValues: new Map([[1, -9]]) }),
    frozenTrial(51, { values: [Number.NEGATIVE_INFINITY] }),
    frozenTrial(52, { values: [-9], systemAttrs: { constraints: [1] } }),
    frozenTrial(53, { params: { x: 53 }, values: [1e300] }),
  ];
  const telling = tellingTrials([...trials, ...others], 'minimize', 100);
  expect(telling.map(({ params }) => params.x)).not.toContain(undefined);
  expect(telling).toHaveLength(51);
  const losses = telling.map(({ loss }) => loss);
  expect(losses.reduce((sum, loss) => sum + loss, 0)).toBeCloseTo(0, 9);
  expect(losses.reduce((sum, loss) => sum + loss * loss, 0) / losses.length).toBeCloseTo(1, 9);
  expect(tellingTrials(others.slice(0, 3), 'minimize', 10)).toEqual([]);
});
