import type { StoredStudy } from '../../src/study/stored-study.ts';
import type { Direction } from '../../src/trial/direction.ts';
import type { Attributes, FrozenTrial } from '../../src/trial/frozen-trial.ts';

/** A study as a database would have it, with these trials. */
export function storedStudy(
  trials: readonly FrozenTrial[],
  directions: readonly Direction[] = ['minimize'],
  systemAttrs: Attributes = {},
): StoredStudy {
  const record = { id: 1, name: 'study', token: 'token', directions, userAttrs: {}, systemAttrs };
  return { record, trials, storageLabel: 'sqlite:///hpo.db' };
}
