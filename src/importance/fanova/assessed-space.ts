import { HpoError } from '../../base/errors.ts';
import { ownValue } from '../../base/own-value.ts';
import type { Distribution } from '../../space/distribution.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { unknownParam } from '../refusals.ts';

/** Distributions by the names of their parameters, in the order of the names. */
export type AssessedSpace = ReadonlyMap<string, Distribution>;

/** The parameters that all of the trials have from equal distributions, those with a single value too. */
export function sharedSpace(trials: readonly FrozenTrial[]): AssessedSpace {
  const [first, ...others] = trials;
  const shared = Object.entries(first?.distributions ?? {}).filter(([name, distribution]) =>
    others.every((trial) => drewFrom(trial, name, distribution)),
  );
  return new Map(shared.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * These parameters, with the distributions of the trials that have all of them.
 * @throws HpoError HPO_INVALID_ARGUMENT for a parameter that no trial has, for parameters that no trial has all of, and
 *   for one whose distribution was not always the same.
 */
export function namedSpace(trials: readonly FrozenTrial[], names: readonly string[]): AssessedSpace {
  const having = trials.filter(({ distributions }) => names.every((name) => Object.hasOwn(distributions, name)));
  const [first] = having;
  if (first === undefined) {
    const known = new Set(trials.flatMap(({ distributions }) => Object.keys(distributions)));
    const missing = names.find((name) => !known.has(name));
    if (missing !== undefined) throw unknownParam(missing, known);
    throw refusal(`No complete trial has all of ${names.join(', ')}; fANOVA explains parameters that occur together.`);
  }
  const space = new Map([...names].sort().map((name) => [name, first.distributions[name] as Distribution]));
  for (const [name, distribution] of space) {
    if (having.every((trial) => drewFrom(trial, name, distribution))) continue;
    throw refusal(`The parameter '${name}' was drawn from different distributions, which fANOVA cannot compare.`);
  }
  return space;
}

function drewFrom({ distributions }: FrozenTrial, name: string, distribution: Distribution): boolean {
  const own = ownValue(distributions, name);
  return own === distribution || (own?.equals(distribution) ?? false);
}

function refusal(message: string): HpoError {
  return new HpoError('HPO_INVALID_ARGUMENT', message);
}
