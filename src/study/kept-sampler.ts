import { isDeepStrictEqual } from 'node:util';
import { HpoError } from '../base/errors.ts';
import { auto } from '../sampler/auto.ts';
import { isSamplerName, SAMPLERS } from '../sampler/by-name.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { tpe } from '../sampler/tpe/sampler.ts';
import type { StudyRecord } from '../storage/storage.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { type SamplerEntry, samplersOf } from './sampler-list.ts';

/**
 * The sampler of a study whose program names none: for a study without trials `auto()`, otherwise the one that started
 * its last trials, with its options. A study whose trials were started by Optuna, by an hpo that kept no samplers, or by
 * a sampler of somebody's own goes on with `tpe()`. Options that it no longer has, or that cannot be kept, such as other
 * studies' trials, have their defaults.
 */
export function keptSampler(record: Pick<StudyRecord, 'systemAttrs'>, trials: readonly FrozenTrial[]): Sampler {
  const kept = samplersOf(record);
  if (kept.length === 0) return trials.every(({ state }) => state === 'WAITING') ? auto() : tpe();
  const last = kept.at(-1);
  if (last === undefined || !isSamplerName(last.sampler)) return tpe();
  return remadeSampler(last) ?? SAMPLERS[last.sampler].make();
}

/** One of hpo's own samplers, as a study keeps it; undefined where it cannot be made with the same options. */
export function remadeSampler({ sampler: name, options }: SamplerEntry): Sampler | undefined {
  if (!isSamplerName(name)) return undefined;
  try {
    const sampler = SAMPLERS[name].make(options);
    return isDeepStrictEqual(sampler.options, options) ? sampler : undefined;
  } catch (error) {
    if (HpoError.is(error)) return undefined; // options of another version
    throw error;
  }
}
