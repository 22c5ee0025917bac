import { shown } from '../base/option-checks.ts';
import type { Distribution } from '../space/distribution.ts';
import { IntDistribution } from '../space/int-distribution.ts';
import type { Inventory, StudyRecord } from '../storage/storage.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';

/** The most parameters that a note names. */
const MOST_NAMED = 5;

/** Lines without a full stop about a study that was read only in part; none where all of it was read. */
export function studyNotes({ name, unreadable }: StudyRecord): readonly string[] {
  return unreadable === undefined ? [] : [unreadableStudy(name, unreadable)];
}

/** Lines without a full stop about trials that were read only in part. */
export function trialNotes({ name }: StudyRecord, trials: readonly FrozenTrial[]): readonly string[] {
  const partial = trials.filter(({ unreadable }) => unreadable !== undefined);
  const [first] = partial;
  if (first === undefined) return [];
  const whose = partial.length === 1 ? `trial ${first.number}` : `${partial.length} trials`;
  const which = partial.length === 1 ? '' : `, trial ${first.number} first`;
  return [`${whose} of '${name}' cannot be read in full${which}: ${first.unreadable?.join('; ')}`];
}

/** Lines without a full stop about parameters whose stored bounds were read only nearly. */
export function boundNotes(parameters: Inventory['parameters']): readonly string[] {
  const isRough = (each: Distribution) => each instanceof IntDistribution && !each.isExact;
  const rough = parameters.filter(({ distributions }) => distributions.some(isRough)).map(({ name }) => `\`${name}\``);
  if (rough.length === 0) return [];
  const names = `${rough.slice(0, MOST_NAMED).join(', ')}${rough.length > MOST_NAMED ? ', …' : ''}`;
  return [`the bounds of ${names} are beyond ±(2^53 - 1), and are shown as near as a number goes`];
}

/** Lines without a full stop about trials with values outside their distributions. */
export function outsideNotes({ name }: StudyRecord, trials: readonly FrozenTrial[]): readonly string[] {
  const outside = trials.flatMap(({ number, params, distributions }) => {
    const wrong = Object.entries(params).find(([param, value]) => distributions[param]?.contains(value) === false);
    return wrong === undefined ? [] : [{ number, param: wrong[0], value: wrong[1], by: distributions[wrong[0]] }];
  });
  const [first] = outside;
  if (first === undefined) return [];
  const one = `trial ${first.number} of '${name}' has a parameter outside its distribution`;
  const several = `${outside.length} trials of '${name}' have parameters outside their distributions`;
  const whose = outside.length === 1 ? one : `${several}, trial ${first.number} first`;
  return [`${whose}: \`${first.param}\` is ${shown(first.value)}, and the distribution is ${first.by}`];
}

/** The line about a study that cannot be read, or only in part. */
export function unreadableStudy(name: string, unreadable: readonly string[]): string {
  return `the study '${name}' cannot be read in full: ${unreadable.join('; ')}`;
}
