import { isDeepStrictEqual } from 'node:util';
import { isObject } from '../../base/is-object.ts';
import type { JsonValue } from '../../base/json.ts';
import { shown } from '../../base/option-checks.ts';
import { heldLease } from '../../storage/lease.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { continuedTrial } from '../checkpoints/kept-checkpoints.ts';
import type { SamplerEntry } from '../sampler-list.ts';
import { ERROR_KEY, SEEN_KEY } from '../study-keys.ts';

/** The reasons for which a trial without looks of its sampler cannot be derived. */
export const REASONS = {
  waiting: 'still waiting',
  deleted: 'deleted',
  unread: 'its record of what the sampler saw (hpo:seen) cannot be read',
  earlier: 'started before hpo kept what its samplers see',
  foreign: 'started by another program, such as Optuna',
  empty: 'has no parameters',
  continued: 'goes on with the parameters of another trial (hpo:continues)',
  continuedGone: 'goes on with the parameters of a trial that is not there, or was deleted since (hpo:continues)',
  given: 'all its parameters were enqueued, or have no other value',
  lost: 'the sampler learned from trials that are gone or were deleted since',
  unknown: 'its sampler is not in the list of the study (hpo:samplers)',
} as const;

/** The reason why a trial that has no readable looks cannot be derived. */
export function reasonOf(trial: FrozenTrial): string {
  if (isDeleted(trial)) return REASONS.deleted;
  if (SEEN_KEY in trial.systemAttrs) return REASONS.unread;
  if (continuedTrial(trial) !== undefined) return REASONS.continuedGone;
  if (trial.state === 'WAITING') return REASONS.waiting;
  if (Object.keys(trial.params).length === 0) return REASONS.empty;
  return heldLease(trial.systemAttrs) === undefined ? REASONS.foreign : REASONS.earlier;
}

/** Whether the content of a trial was deleted by `hpo delete --trial`. */
export function isDeleted({ systemAttrs }: FrozenTrial): boolean {
  const failure = systemAttrs[ERROR_KEY];
  return isObject(failure) && failure.name === 'Deleted';
}

/** The reason why the choices of a stored sampler cannot be derived with another one; undefined where they can. */
export function differenceOf(stored: SamplerEntry, own: SamplerEntry): string | undefined {
  const by = `drawn by ${stored.sampler}`;
  if (stored.sampler !== own.sampler) return `${by}, and the sampler is ${own.sampler}`;
  if (!isDeepStrictEqual(stored.options, own.options)) {
    return `${by} with other options: ${differingOptions(stored.options, own.options)}`;
  }
  if (stored.pruner === own.pruner) {
    if (isDeepStrictEqual(stored.prunerOptions, own.prunerOptions)) return undefined;
    const options = differingOptions(stored.prunerOptions, own.prunerOptions);
    return `${by} with other options of ${stored.pruner}: ${options}`;
  }
  const pruned = (name: string | undefined) => (name === undefined ? 'no brackets' : `the brackets of ${name}`);
  return `${by} with ${pruned(stored.pruner)}, and there are ${pruned(own.pruner)}`;
}

/** The options that differ, in words: `startupTrials` was 5 and is 10. */
function differingOptions(stored: JsonValue = {}, own: JsonValue = {}): string {
  if (!isObject(stored) || !isObject(own)) return `${textOf(stored)}, and ${textOf(own)} now`;
  const names = [...new Set([...Object.keys(stored), ...Object.keys(own)])];
  const differing = names.filter((name) => !isDeepStrictEqual(stored[name], own[name]));
  return differing.map((name) => `\`${name}\` was ${textOf(stored[name])} and is ${textOf(own[name])}`).join(', ');
}

function textOf(value: unknown): string {
  return value === undefined ? 'not there' : shown(value);
}
