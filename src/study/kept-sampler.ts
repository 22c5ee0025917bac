import { auto } from '../sampler/auto.ts';
import { isSamplerName, SAMPLERS } from '../sampler/by-name.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { tpe } from '../sampler/tpe/sampler.ts';
import type { StudyRecord } from '../storage/storage.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { samplersOf } from './sampler-list.ts';

/**
 * The sampler of a study whose program names none: for a study without trials `auto()`, otherwise the one that started
 * its last trials, with its options. A study whose trials were started by Optuna, by an hpo that kept no samplers, or by
 * a sampler of somebody's own goes on with `tpe()`.
 *
 * @throws HpoError HPO_INVALID_STUDY for kept options that the sampler does not have.
 */
export function keptSampler(record: Pick<StudyRecord, 'systemAttrs'>, trials: readonly FrozenTrial[]): Sampler {
  const kept = samplersOf(record);
  if (kept.length === 0) return trials.every(({ state }) => state === 'WAITING') ? auto() : tpe();
  const last = kept.at(-1);
  return last && isSamplerName(last.sampler) ? SAMPLERS[last.sampler].make(last.options) : tpe();
}
