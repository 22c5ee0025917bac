import type { JsonValue } from '../base/json.ts';
import { attemptOf, heldLease, leaseOf } from '../storage/lease.ts';
import type { Storage } from '../storage/storage.ts';
import { isTrialLost } from '../storage/storage-errors.ts';
import type { StudyRef } from '../storage/study-ref.ts';
import type { Attributes, FrozenTrial } from '../trial/frozen-trial.ts';
import { storedCheckpoints } from './checkpoints/kept-checkpoints.ts';
import type { Liveness } from './liveness.ts';
import { requeueOf } from './requeue-of.ts';
import { ATTEMPTS_KEY, ERROR_KEY } from './study-keys.ts';
import type { Failure } from './trial/outcome.ts';

/**
 * A trial that its dead holder left RUNNING, as it was, and its state now; FAIL where it has been tried often enough.
 */
export interface TakenBack {
  readonly trial: FrozenTrial;
  readonly state: 'WAITING' | 'FAIL';
  readonly failure?: Failure;
}

/** An attempt at a trial that ended without an outcome. */
type EndedAttempt = {
  readonly attempt: number;
  readonly startedAt: string | null;
  /**
   * `died`: the process that ran it was gone, or did not renew its lease; `stopped`: its run was stopped, and handed it
   * back.
   */
  readonly end: 'died' | 'stopped';
  /** The step of the last checkpoint that it kept; left out where it kept none. */
  readonly step?: number;
};

/** The parts that {@link takeBack} works with. */
export interface TakeBackParts {
  readonly storage: Storage;
  readonly study: StudyRef;
  readonly liveness: Liveness;
  /** The id of our own leases, which are never taken back. */
  readonly holder: string;
  /** The number of times that a trial is run again when its holder has died; then it fails. */
  readonly retries: number;
  /** Called for each trial as soon as it is taken back. */
  readonly onTaken: (taken: TakenBack) => void;
}

/**
 * Takes back the trials that holders which are dead by now left RUNNING. They go back to WAITING in their rows, with
 * their parameters and the reports up to their last checkpoints, or fail if more processes have died over them than
 * `retries` allows. The trials of live holders, and those without a lease, are left alone; trials that another
 * coordinator takes back first are its own.
 */
export async function takeBack(trials: Iterable<FrozenTrial>, parts: TakeBackParts): Promise<readonly TakenBack[]> {
  const taken: TakenBack[] = [];
  for (const trial of trials) {
    const held = trial.state === 'RUNNING' ? heldLease(trial.systemAttrs) : undefined;
    if (held === undefined || held.holder === parts.holder) continue;
    if (!parts.liveness.isDead(`trial ${trial.id}, attempt ${held.attempt}`, held)) continue;
    const back = await takeBackOne(trial, held.counter, parts).catch((error: unknown) => {
      if (isTrialLost(error)) return undefined;
      throw error;
    });
    if (back === undefined) continue;
    taken.push(back);
    parts.onTaken(back);
  }
  return taken;
}

async function takeBackOne(trial: FrozenTrial, counter: number, parts: TakeBackParts): Promise<TakenBack> {
  const { storage, study, retries } = parts;
  const lease = { ...leaseOf(study, trial), counter };
  const attempts = [...attemptsOf(trial), endedAttempt(trial, 'died')];
  const deaths = deathsAmong(attempts);
  if (deaths <= retries) {
    await storage.requeueTrial(lease, requeueOf(trial, { [ATTEMPTS_KEY]: attempts }));
    return { trial, state: 'WAITING' };
  }
  const failure: Failure = {
    name: 'HolderDied',
    message: `The process that ran the trial died ${timesOf(deaths, attempts)}; --retries ${retries} allows no further one.`,
  };
  await storage.finishTrial(lease, 'FAIL', null, { [ATTEMPTS_KEY]: attempts, [ERROR_KEY]: failure });
  return { trial, state: 'FAIL', failure };
}

/** The attributes of a trial that its run hands back; the attempt does not count against `retries`. */
export function handedBack(trial: FrozenTrial): Attributes {
  return { [ATTEMPTS_KEY]: [...attemptsOf(trial), endedAttempt(trial, 'stopped')] };
}

function endedAttempt(trial: FrozenTrial, end: EndedAttempt['end']): EndedAttempt {
  const attempt = attemptOf(trial);
  const last = storedCheckpoints(trial)?.last;
  const isOwn = last?.attempt === attempt && last.trial === trial.number;
  return { attempt, startedAt: trial.startedAt?.toISOString() ?? null, end, ...(isOwn && { step: last.step }) };
}

/**
 * The number of times that the process that ran a trial has died since the last attempt that kept a checkpoint of a later
 * step than all before: a long trial may be interrupted as often as it likes, as long as it gets on.
 */
export function deathsOf(trial: Pick<FrozenTrial, 'systemAttrs'>): number {
  return deathsAmong(attemptsOf(trial));
}

function deathsAmong(attempts: readonly (EndedAttempt | null)[]): number {
  let [deaths, reached] = [0, -1];
  for (const attempt of attempts) {
    if (typeof attempt?.step === 'number' && attempt.step > reached) [deaths, reached] = [0, attempt.step];
    else if (attempt?.end === 'died') deaths++;
  }
  return deaths;
}

function timesOf(deaths: number, attempts: readonly EndedAttempt[]): string {
  const isEach = attempts.length === deaths;
  return isEach ? `each of the ${deaths} times that it was started` : `${deaths} times without a further checkpoint`;
}

/** The attempts at a trial that ended without an outcome. */
function attemptsOf({ systemAttrs }: Pick<FrozenTrial, 'systemAttrs'>): readonly EndedAttempt[] {
  const stored: JsonValue | undefined = systemAttrs[ATTEMPTS_KEY];
  return Array.isArray(stored) ? (stored as readonly EndedAttempt[]) : [];
}
