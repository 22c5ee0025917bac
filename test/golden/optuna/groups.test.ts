import { describe, expect, it } from 'vitest';
import { groupedSpaces } from '../../../src/history/grouped-spaces.ts';
import type { TrialState } from '../../../src/trial/frozen-trial.ts';
import { frozenTrial } from '../../support/frozen-trial.ts';
import { historyOf } from '../../support/history.ts';
import { golden } from './golden.ts';
import { distributionsOf, expectTpeCase, type JsonSpace, type TpeCase } from './tpe-case.ts';

interface GroupHistory {
  readonly spaces: readonly JsonSpace[];
  /** The state, the index of the space, and the names of the parameters. */
  readonly trials: readonly (readonly [TrialState, number, readonly string[]])[];
  readonly groups: readonly JsonSpace[];
}

const { histories, densities } = golden<{ histories: GroupHistory[]; densities: TpeCase[] }>('groups.json');

/** In a fixed order, since Optuna's depends on Python's hashes. */
const written = (groups: readonly (readonly [string, { readonly isSingle: boolean }])[][]) =>
  groups
    .map((group) => group.filter(([, distribution]) => !distribution.isSingle))
    .filter((group) => group.length > 0)
    .map((group) => group.map(([name, distribution]) => `${name}: ${distribution}`).sort())
    .sort();

describe('groups of conditional parameters agree with Optuna 5.0.0', () => {
  it('the same subsets, with the same distributions', () => {
    for (const { spaces, trials, groups } of histories) {
      const known = spaces.map(distributionsOf);
      const read = trials.map(([state, space, names], number) => {
        const distributions = Object.fromEntries([...(known[space] ?? [])].filter(([name]) => names.includes(name)));
        return frozenTrial(number, { state, distributions });
      });
      const ours = historyOf(read).summary(groupedSpaces);
      expect(written(ours.spaces.map((space) => [...space]))).toEqual(
        written(groups.map((group) => [...distributionsOf(group)])),
      );
    }
    const counts = new Set(histories.map(({ groups }) => groups.length));
    expect({ histories: histories.length, differing: counts.size > 5 }).toEqual({ histories: 60, differing: true });
  });

  it.each(densities.map((example) => [example.label, example] as const))('%s', (_, example) => expectTpeCase(example));
});
