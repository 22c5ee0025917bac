import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { compareKeys, type TrialKey } from '../trial/trial-key.ts';
import { cellOf } from './trial-columns.ts';

/** The figure that a column shows; undefined for a column that is made of several. */
export function keyOfColumn(column: string): TrialKey | undefined {
  const [, group, name = ''] = /^([a-z]+)\.(.*)$/s.exec(column) ?? [];
  switch (group ?? column) {
    case 'trial':
      return { by: 'number' };
    case 'state':
    case 'started':
    case 'duration':
      return { by: column as 'state' | 'started' | 'duration' };
    case 'value':
      return { by: 'value', objective: 0 };
    case 'values':
      return { by: 'value', objective: Number(name) };
    case 'params':
      return { by: 'param', name };
    case 'user':
      return { by: 'userAttr', name };
    case 'reports':
      return { by: 'report', step: Number(name) };
    default:
      return undefined;
  }
}

/** Trials, given by number, in the order of a column's cells, as {@link compareKeys} orders them. */
export function sortTrials(
  trials: readonly FrozenTrial[],
  column: string,
  descending: boolean,
): readonly FrozenTrial[] {
  const keyed = trials.map((trial) => ({ trial, key: cellOf(trial, column) }));
  keyed.sort((a, b) => compareKeys(a.key, b.key, descending));
  return keyed.map(({ trial }) => trial);
}
