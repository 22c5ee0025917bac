import type { Distribution } from '../space/distribution.ts';
import { isFeasible } from '../trial/constraints.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { distributionsOf } from '../trial/shared-distributions.ts';
import { compareKeys, keyOf } from '../trial/trial-key.ts';
import type { Inventory, PageRequest, TrialResult } from './storage.ts';

// Answers to questions about a study's trials, given by number, where all of them are at hand.

/** The page that `Storage.page` describes. */
export function pageOf(trials: readonly FrozenTrial[], request: PageRequest): readonly FrozenTrial[] {
  const { states, order = { by: 'number' }, descending = false, limit, after } = request;
  const keyed = trials
    .filter(({ id, state }) => states === undefined || states.includes(state) || id === after)
    .map((trial) => ({ trial, key: keyOf(trial, order) }))
    .sort((a, b) => compareKeys(a.key, b.key, descending));
  const last = after === undefined ? -1 : keyed.findIndex(({ trial }) => trial.id === after);
  if (after !== undefined && last < 0) return Object.freeze([]); // the trial is gone
  return Object.freeze(keyed.slice(last + 1, last + 1 + limit).map(({ trial }) => trial));
}

/** The inventory that `Storage.inventory` describes. */
export function inventoryOf(trials: readonly FrozenTrial[]): Inventory {
  const names = (of: (trial: FrozenTrial) => object) =>
    Object.freeze([...new Set(trials.flatMap((trial) => Object.keys(of(trial))))]);
  const steps = new Set(trials.flatMap(({ intermediateValues }) => [...intermediateValues.keys()]));
  return Object.freeze({
    parameters: parametersOf(trials),
    userAttrs: names(({ userAttrs }) => userAttrs),
    systemAttrs: names(({ systemAttrs }) => systemAttrs),
    steps: Object.freeze([...steps].sort((a, b) => a - b)),
    hasCurves: trials.some(({ intermediateValues }) => intermediateValues.size > 1),
  });
}

/** The parameters of an {@link Inventory}. */
export function parametersOf(trials: readonly FrozenTrial[]): Inventory['parameters'] {
  const parameters = new Map<string, Distribution[]>();
  for (const distributions of distributionsOf(trials)) {
    for (const [name, distribution] of Object.entries(distributions)) {
      const others = parameters.get(name)?.filter((each) => !each.equals(distribution)) ?? [];
      parameters.set(name, [...others, distribution]);
    }
  }
  return Object.freeze([...parameters].map(([name, distributions]) => ({ name, distributions })));
}

/** The results that `Storage.results` describes. */
export function resultsOf(trials: readonly FrozenTrial[]): readonly TrialResult[] {
  const reached = trials.filter((trial) => trial.state === 'COMPLETE' && isFeasible(trial));
  return Object.freeze(reached.map(({ id, number, values }) => ({ id, number, values: values ?? [] })));
}
