import { systemClock } from '../base/clock.ts';
import { shellWord } from '../base/shell-word.ts';
import { type Defect, mendable, remark } from '../storage/defect.ts';
import { heldLease } from '../storage/lease.ts';
import type { Storage, StudyRecord } from '../storage/storage.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { nameOfHolder } from './live-holders.ts';
import { Liveness, vitalityOf } from './liveness.ts';
import { type TakenBack, takeBack } from './take-back.ts';

/** The trials of a study that are RUNNING although nobody runs them any more, or perhaps so. */
export function staleTrials({ name }: StudyRecord, trials: readonly FrozenTrial[]): readonly Defect[] {
  return trials.flatMap((trial) => {
    if (trial.state !== 'RUNNING') return [];
    const { number, systemAttrs, startedAt } = trial;
    const lease = heldLease(systemAttrs);
    if (lease === undefined) {
      const since = startedAt === null ? '' : ` since ${startedAt.toISOString().slice(0, 19)}Z`;
      const message = `Trial ${number} of '${name}' is RUNNING${since} under no lease of hpo's: it is one of Optuna's or of \`hpo ask\`, and is left alone.`;
      const advice = `if its program has ended: hpo tell ${shellWord(name, /^[\w.-]+$/)} --trial ${number} --state fail`;
      return remark('foreign-running', name, message, advice);
    }
    const [vitality, holder] = [vitalityOf(lease.process), nameOfHolder(lease)];
    if (vitality === 'alive') return [];
    if (vitality === 'dead') {
      const message = `Trial ${number} of '${name}' is RUNNING, but ${holder}, which ran it, is gone; the next run takes it back, too.`;
      return mendable('stale-trial', name, message);
    }
    const what = vitality === 'stopped' ? 'is suspended' : 'is not a process of this machine';
    const message = `Trial ${number} of '${name}' is run by ${holder}, which ${what}: a run takes it back if its lease is not renewed for ${lease.graceMs / 1000} s.`;
    return remark('distant-trial', name, message);
  });
}

/**
 * Takes back the trials of a study whose holders are known to be dead, as a run does.
 * @param retries the number of times that a trial is run again when its process has died.
 */
export async function takeBackStale(
  storage: Storage,
  study: StudyRecord,
  retries: number,
): Promise<readonly TakenBack[]> {
  const { trials } = await storage.changesSince(study);
  const parts = { storage, study, liveness: new Liveness(systemClock), holder: '', retries, onTaken: () => undefined };
  return takeBack(trials, parts);
}
