import { runnerOf } from '../study/trial-runners.ts';
import { signOf } from '../trial/direction.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { durationOf, type StudyModel } from './study-model.ts';

/** The orders of trials: the newest first, the best first, the longest first. */
export const SORTS = ['number', 'value', 'duration'] as const;
export type Sort = (typeof SORTS)[number];

const kept = new WeakMap<StudyModel, { filter: string; sort: Sort; trials: readonly FrozenTrial[] }>();

/** The beginning of a word of a filter that the whole name of a host follows: `machine=node-1`. */
export const MACHINE_WORD = 'machine=';

/**
 * The trials that match the filter, sorted: each of its words occurs, in capitals or not, in the trial's text `12
 * PRUNED learningRate=0.1 …`, or names the machine that runs it, or ran it last: `machine=node-1`. The last result is kept, since the same one is wanted until something changes.
 */
export function visibleTrials(model: StudyModel, filter: string, sort: Sort): readonly FrozenTrial[] {
  const last = kept.get(model);
  if (last?.filter === filter && last.sort === sort) return last.trials;
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const matching = words.length === 0 ? [...model.trials] : model.trials.filter((trial) => contains(trial, words));
  const trials = matching.sort(orders[sort](model));
  kept.set(model, { filter, sort, trials });
  return trials;
}

/** The names of all parameters of these trials, in the order of first use. */
export function paramNames(trials: readonly FrozenTrial[]): string[] {
  const names = new Set<string>();
  for (const { params } of trials) for (const name of Object.keys(params)) names.add(name);
  return [...names];
}

function contains(trial: FrozenTrial, words: readonly string[]): boolean {
  const { number, state, params } = trial;
  const values = Object.entries(params).map(([name, value]) => `${name}=${value}`);
  const text = [number, state, ...values].join(' ').toLowerCase();
  const isThere = (host: string) => runnerOf(trial)?.host.toLowerCase() === host;
  return words.every(
    (word) => text.includes(word) || (word.startsWith(MACHINE_WORD) && isThere(word.slice(MACHINE_WORD.length))),
  );
}

type Order = (a: FrozenTrial, b: FrozenTrial) => number;

const newestFirst: Order = (a, b) => b.number - a.number;

const orders: Readonly<Record<Sort, (model: StudyModel) => Order>> = {
  number: () => newestFirst,
  value: ({ record }) => {
    const sign = signOf(record.directions[0]);
    const loss = ({ values }: FrozenTrial) => (values?.[0] === undefined ? Infinity : sign * values[0]);
    return (a, b) => {
      const [own, other] = [loss(a), loss(b)];
      return own === other ? newestFirst(a, b) : own < other ? -1 : 1;
    };
  },
  duration: () => {
    const now = Date.now();
    return (a, b) => (durationOf(b, now) ?? -1) - (durationOf(a, now) ?? -1) || newestFirst(a, b);
  },
};
