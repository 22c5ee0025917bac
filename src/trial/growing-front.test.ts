import fc from 'fast-check';
import { expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import type { Direction } from './direction.ts';
import type { TrialState } from './frozen-trial.ts';
import { GrowingFront } from './growing-front.ts';
import { paretoFront } from './pareto-front.ts';

const value = fc.constantFrom(-1, 0, 1, 2, 3, Number.POSITIVE_INFINITY);
const trials = (directions: number) =>
  fc.array(
    fc.record({
      values: fc.tuple(...Array.from({ length: directions }, () => value)),
      state: fc.constantFrom<TrialState>('COMPLETE', 'COMPLETE', 'PRUNED', 'FAIL'),
      constraint: fc.constantFrom(-1, 0, 0.5),
    }),
    { maxLength: 30 },
  );

it.each<readonly Direction[]>([
  ['minimize'],
  ['maximize'],
  ['minimize', 'maximize'],
  ['minimize', 'minimize', 'maximize'],
])('a front that grows is that of all trials (%s %s %s)', (...given) => {
  const directions = given.filter((direction) => direction !== undefined);
  fc.assert(
    fc.property(trials(directions.length), (drawn) => {
      const all = drawn.map(({ values, state, constraint }, number) =>
        frozenTrial(number, { values, state, systemAttrs: { 'constraints:c': constraint } }),
      );
      const front = new GrowingFront(directions);
      for (const trial of all) front.add(trial);
      const expected = paretoFront(all, directions);
      expect([...front.trials]).toEqual(expected);
      expect(all.filter(({ number }) => front.has(number))).toEqual(expected);
    }),
  );
});
