import { systemClock } from '../base/clock.ts';
import { counted } from '../base/counted.ts';
import { shellWord } from '../base/shell-word.ts';
import { type Defect, mendable, remark } from '../storage/defect.ts';
import { type HeldLease, heldLease } from '../storage/lease.ts';
import type { Storage, StudyRecord } from '../storage/storage.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { nameOfHolder } from './live-holders.ts';
import { Liveness, vitalityOf } from './liveness.ts';
import { type TakenBack, takeBack } from './take-back.ts';
import { runnerOf } from './trial-runners.ts';

/** The trials of a study that are RUNNING although nobody runs them any more, or perhaps so. */
export function staleTrials({ name }: StudyRecord, trials: readonly FrozenTrial[]): readonly Defect[] {
  const distant: Distant[] = [];
  const found = trials.flatMap((trial) => {
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
    if (vitality === 'unknown') {
      distant.push({ number, lease, host: runnerOf(trial)?.host });
      return [];
    }
    const message = `Trial ${number} of '${name}' is run by ${holder}, which is suspended: ${takenBack('it', lease)}.`;
    return remark('distant-trial', name, message);
  });
  return [...found, ...distantTrials(name, distant)];
}

/** A trial of a process that this machine cannot see. */
interface Distant {
  readonly number: number;
  readonly lease: HeldLease;
  readonly host: string | undefined;
}

/** The most machines that are named. */
const MOST_NAMED = 5;

/** The trials of other machines, all in one remark: there may be thousands. */
function distantTrials(name: string, distant: readonly Distant[]): readonly Defect[] {
  const [first, ...others] = distant;
  if (first === undefined) return [];
  if (others.length === 0) {
    const message = `Trial ${first.number} of '${name}' is run by ${nameOfHolder(first.lease)}, which is not a process of this machine: ${takenBack('it', first.lease)}.`;
    return [remark('distant-trial', name, message, watchAdvice(name))];
  }
  const hosts = [...new Set(distant.map(({ host }) => host ?? 'unknown'))];
  const named = hosts.slice(0, MOST_NAMED).join(', ');
  const more = hosts.length > MOST_NAMED ? ` and ${hosts.length - MOST_NAMED} more` : '';
  const where = `processes that this machine cannot see, on ${counted(hosts.length, 'host')} (${named}${more})`;
  const message = `${distant.length} trials of '${name}' are run by ${where}: ${takenBack('each', first.lease)}.`;
  return [remark('distant-trial', name, message, watchAdvice(name))];
}

function takenBack(what: string, { graceMs }: HeldLease): string {
  return `a run takes ${what} back if its lease is not renewed for ${graceMs / 1000} s`;
}

function watchAdvice(name: string): string {
  return `hpo dashboard ${shellWord(name, /^[\w.-]+$/)} shows which of them give signs of life`;
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
