import { isFeasible } from '../../trial/constraints.ts';
import type { TrialState } from '../../trial/frozen-trial.ts';
import type { TrialResult } from '../storage.ts';
import { fromStoredNumber } from './stored-number.ts';
import type { AttributeRow, NumberRow } from './trial-from-rows.ts';
import { type AttributeText, LenientReading } from './unreadable.ts';

const NONE: Readonly<Record<TrialState, number>> = { WAITING: 0, RUNNING: 0, COMPLETE: 0, PRUNED: 0, FAIL: 0 };

/** A row of a COMPLETE trial's value, with the trial's number. */
export type ResultRow = readonly [...NumberRow, number: number];

/** The SQL condition for the attributes that hold constraints. */
export const IS_CONSTRAINT = `("key" = 'constraints' OR "key" >= 'constraints:' AND "key" < 'constraints;')`;

/** The number of trials in each state. An unknown state counts as a failure. */
export function countsFromRows(
  rows: readonly (readonly [state: string, count: number])[],
): Readonly<Record<TrialState, number>> {
  const counts = { ...NONE };
  for (const [state, count] of rows) counts[Object.hasOwn(NONE, state) ? (state as TrialState) : 'FAIL'] += count;
  return Object.freeze(counts);
}

/**
 * The results of trials that meet their constraints, by number. Values that cannot be read are left out.
 *
 * @param rows the values, trial by trial, those of a trial by objective.
 * @param constraints the attributes of {@link IS_CONSTRAINT}.
 */
export function resultsFromRows(
  rows: Iterable<ResultRow>,
  constraints: Iterable<AttributeRow>,
  directions: number,
): readonly TrialResult[] {
  const infeasible = infeasibleTrials(constraints);
  const results: { id: number; number: number; values: number[] }[] = [];
  for (const [id, , value, type, number] of rows) {
    if (infeasible.has(id)) continue;
    if (results.at(-1)?.id !== id) results.push({ id, number, values: [] });
    results.at(-1)?.values.push(new LenientReading().part(() => fromStoredNumber(value, type)) ?? Number.NaN);
  }
  return Object.freeze(results.filter(({ values }) => values.length === directions && !values.some(Number.isNaN)));
}

/** The ids of the trials that break a constraint. */
function infeasibleTrials(rows: Iterable<AttributeRow>): ReadonlySet<number> {
  const attributes = new Map<number, AttributeText[]>();
  for (const [id, key, json] of rows) attributes.set(id, [...(attributes.get(id) ?? []), [key, json]]);
  const broken = [...attributes].filter(
    ([, own]) => !isFeasible({ systemAttrs: new LenientReading().attributes(own) }),
  );
  return new Set(broken.map(([id]) => id));
}
