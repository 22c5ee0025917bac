import { HpoError } from '../base/errors.ts';
import type { StoredStudy } from '../study/stored-study.ts';
import { parseNames } from './name-list.ts';

/** The parameters that `--params` names. @throws HpoError HPO_INVALID_ARGUMENT naming the first that no trial has. */
export function parseParams(list: string, { record, trials }: StoredStudy): readonly string[] {
  const known = new Set(trials.flatMap(({ distributions }) => Object.keys(distributions)));
  const find = (name: string) => (known.has(name) ? [name] : []);
  return parseNames(list, find, (name) => {
    const there = known.size === 0 ? 'it has none' : `it has ${[...known].join(', ')}`;
    const problem = `--params: the study '${record.name}' has no parameter '${name}'; ${there}.`;
    throw new HpoError('HPO_INVALID_ARGUMENT', problem);
  });
}

/** Checks that a study has the direction that `--direction` names. @throws HpoError HPO_INVALID_ARGUMENT if not. */
export function checkDirection(at: number, { record: { name, directions } }: StoredStudy): void {
  if (at < directions.length) return;
  const has = directions.length === 1 ? 'one direction, 0' : `the directions 0 to ${directions.length - 1}`;
  throw new HpoError('HPO_INVALID_ARGUMENT', `--direction ${at}: the study '${name}' has ${has}.`);
}
