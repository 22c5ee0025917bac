import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { int } from '../space/int-distribution.ts';
import { GroupedSpaces } from './grouped-spaces.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
const trialOf = (names: readonly string[], number: number) =>
  frozenTrial(number, { distributions: Object.fromEntries(names.map((name) => [name, int(0, number + 1)])) });
const spacesOf = (trials: readonly ReturnType<typeof trialOf>[]) => {
  const grouped = new GroupedSpaces();
  for (const trial of trials) grouped.add(trial);
  return grouped.spaces.map((space) => [...space].map(([name, distribution]) => `${name}: ${distribution}`));
};

describe('GroupedSpaces', () => {
  it('groups parameters that always occur together, and no others', () => {
    fc.assert(
      fc.property(fc.array(fc.subarray(NAMES), { maxLength: 8 }), (lists) => {
        const grouped = new GroupedSpaces();
        for (const [number, names] of lists.entries()) grouped.add(trialOf(names, number));
        const groupOf = new Map(grouped.spaces.flatMap((space, at) => [...space.keys()].map((name) => [name, at])));
        expect([...groupOf.keys()].sort()).toEqual([...new Set(lists.flat())].sort());
        for (const [a, b] of NAMES.flatMap((one) => NAMES.map((other) => [one, other] as const))) {
          if (!groupOf.has(a) || !groupOf.has(b)) continue;
          const together = lists.every((names) => names.includes(a) === names.includes(b));
          expect(groupOf.get(a) === groupOf.get(b)).toBe(together);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('does not depend on the order in which trials are added, nor on adding one twice', () => {
    fc.assert(
      fc.property(fc.array(fc.subarray(NAMES), { maxLength: 8 }), (lists) => {
        const trials = lists.map(trialOf);
        expect(spacesOf([...trials.toReversed(), ...trials])).toEqual(spacesOf(trials));
      }),
    );
  });

  it('leaves out single values, and sorts', () => {
    const distributions = { z: int(0, 1), single: int(2, 2), b: int(0, 1) };
    const alone = { m: int(0, 5), lonely: int(1, 1) };
    const trials = [
      frozenTrial(0, { distributions: { ...distributions, ...alone } }),
      frozenTrial(1, { distributions }),
    ];
    expect(spacesOf(trials)).toEqual([['b: int(0, 1)', 'z: int(0, 1)'], ['m: int(0, 5)']]);
    expect(spacesOf([])).toEqual([]);
  });
});
