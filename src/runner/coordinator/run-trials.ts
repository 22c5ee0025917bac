import { type Clock, systemClock } from '../../base/clock.ts';
import { HpoError } from '../../base/errors.ts';
import { isFileLost } from '../../storage/storage-errors.ts';
import type { Settings } from '../../study/definition/definition.ts';
import { WAIT_MS } from '../../study/optimize.ts';
import type { Emit } from '../../study/run-event.ts';
import type { StopWhen } from '../../study/stop-when.ts';
import type { Study, StudyTrial } from '../../study/study.ts';
import { type Failure, type FinishedTrial, failureOf } from '../../study/trial/outcome.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import type { RunControl } from '../events/run-control.ts';
import type { TrialEnd } from '../wire/protocol.ts';
import { FailureStreak } from './failure-streak.ts';
import { LeakWarning } from './leak-warning.ts';
import { MemoryWatch } from './memory-watch.ts';
import { SlotAdmission } from './slot-admission.ts';
import { bestSoFar, countsOf } from './trial-counts.ts';
import type { TrialLimit } from './trial-limit.ts';
import { WaitingNotice } from './waiting-notice.ts';
import { WorkerDied, type WorkerProcess } from './worker-process.ts';
import type { Assignment } from './worker-slot.ts';

/** The time in milliseconds that an aborted trial may take to end before its worker is killed. */
const GRACE_MS = 2_000;

/**
 * The longest time of Node's timers, 25 days; with a longer one they fire at once. A trial may take longer without a
 * limit.
 */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A worker as trials use it. */
export type TrialWorker = Pick<WorkerProcess, 'pid' | 'request' | 'lastWords'>;

/** A place for a worker, as trials use it: the part of a `WorkerSlot` that runs them. */
export interface TrialSlot {
  readonly id: number;
  worker(isOver?: () => Promise<boolean> | boolean): Promise<TrialWorker>;
  run<T>(assignment: Assignment, task: (worker: TrialWorker) => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

/** The options of {@link runTrials}. */
export interface TrialsOptions {
  readonly study: Study;
  readonly slots: readonly TrialSlot[];
  /** The number of finished trials that the study is to have in the end. */
  readonly target: number;
  /** The rules that end the study before its target. */
  readonly stopWhen: StopWhen | undefined;
  /** The time of the clock after which no trial starts. */
  readonly endsAt: number;
  readonly trialTimeoutMs: number | undefined;
  /** The memory that a trial may take with its worker and all that it starts, in MiB. */
  readonly trialMemoryMb: number | undefined;
  readonly settings: Settings;
  /** Bounds the number of trials that are started here. Default: no bound. */
  readonly limit?: TrialLimit | undefined;
  /** Brings the control's target up to date; called before each trial. Default: nothing else changes it. */
  readonly lookAtTarget?: (() => Promise<void>) | undefined;
  /** Starts the next trial. Default: the study's `askUntil`. */
  readonly ask?: Study['askUntil'] | undefined;
  readonly control: RunControl;
  readonly emit: Emit;
  /** The clock of pauses and of {@link endsAt}. Default: this process's. */
  readonly clock?: Clock;
}

/** The parts that all slots of a run share. */
interface Shared {
  readonly streak: FailureStreak;
  readonly leaks: LeakWarning;
  readonly waiting: WaitingNotice;
  readonly memory: MemoryWatch;
  readonly admission: SlotAdmission;
}

/**
 * Runs trials, one in each slot at a time, until there are enough, the run is stopped, or trials fail in a row for the
 * same reason.
 *
 * @returns the failure in the last case; undefined otherwise.
 */
export async function runTrials(options: TrialsOptions): Promise<Failure | undefined> {
  const streak = new FailureStreak();
  const leaks = new LeakWarning(options.emit);
  const waiting = new WaitingNotice(options.study, options.emit);
  const { clock = systemClock, trialMemoryMb: limitMb } = options;
  const memory = new MemoryWatch({ limitMb, clock });
  const admission = new SlotAdmission({
    clock,
    finishedCount: async () => {
      await options.lookAtTarget?.();
      return options.study.finishedCount();
    },
    target: () => options.control.target ?? options.target,
  });
  const shared: Shared = { streak, leaks, waiting, memory, admission };
  let working = options.slots.length;
  options.study.setCrew({ workers: working });
  const loops = options.slots.map((slot) =>
    runSlot(slot, shared, options).catch((error: unknown) => {
      if (!isNotStarted(error) || --working === 0) throw error;
      options.study.setCrew({ workers: working });
      const message = `${error.message} Worker ${slot.id} is given up; the other workers go on.`;
      options.emit({ type: 'warning', message });
    }),
  );
  try {
    await Promise.all(loops);
    return streak.reason;
  } catch (error) {
    // One loop cannot go on (the storage fails, a worker does not start): the others end first. Where the storage's
    // file is lost, their results are kept in its copy.
    if (isFileLost(error)) {
      options.control.stop.drain();
      await Promise.allSettled(loops);
    } else options.control.stop.abort();
    await Promise.allSettled([...loops, ...options.slots.map((slot) => slot.stop())]);
    throw error;
  }
}

/** Whether the error is that a worker could not be started in any of its attempts. */
function isNotStarted(error: unknown): error is HpoError {
  return HpoError.is(error) && error.code === 'HPO_WORKER';
}

async function runSlot(slot: TrialSlot, shared: Shared, options: TrialsOptions): Promise<void> {
  const { endsAt, control, clock = systemClock, ask } = options;
  const { admission, streak } = shared;
  const isOver = () => control.stop.draining || streak.reason !== undefined || clock.now() >= endsAt;
  if (ask === undefined && !(await admission.enter(isOver))) return;
  try {
    await runInSlot(slot, isOver, shared, options);
    admission.end();
  } catch (error) {
    admission.leave();
    throw error;
  }
}

/** Runs trials in a slot until the run is over or there are enough. */
async function runInSlot(
  slot: TrialSlot,
  isOver: () => boolean,
  shared: Shared,
  options: TrialsOptions,
): Promise<void> {
  const { study, control, stopWhen, clock = systemClock, limit, lookAtTarget } = options;
  const { ask = (target, rules) => study.askUntil(target, rules) } = options;
  const isEnough = async () => isOver() || (await study.finishedCount()) >= (control.target ?? options.target);
  while (!isOver()) {
    if (control.paused) {
      await clock.sleep(WAIT_MS);
      continue;
    }
    try {
      await slot.worker(isEnough); // first, so that a worker that cannot start costs no trial
    } catch (error) {
      if (await isEnough()) return;
      throw error;
    }
    await lookAtTarget?.();
    if (limit?.take() === false) return;
    const target = control.target ?? options.target;
    const trial = await ask(target, { isOver, stopWhen, asker: slot });
    if (trial === undefined || trial === 'elsewhere') limit?.giveBack();
    if (trial === undefined) return;
    if (trial === 'elsewhere') {
      shared.waiting.give();
      await clock.sleep(WAIT_MS);
    } else {
      shared.waiting.withdraw();
      await runTrial(slot, trial, shared, options);
    }
  }
}

async function runTrial(
  slot: TrialSlot,
  trial: StudyTrial,
  { streak, leaks, memory }: Shared,
  options: TrialsOptions,
): Promise<void> {
  const { study, emit } = options;
  const { stop } = options.control;
  const { number, flatParams: params, attempt, settings } = trial;
  const begin = { ...beginningOf(trial), ...(settings && { settings }) };
  emit({ type: 'trial-started', trial: number, params, worker: slot.id, attempt, ...begin });
  const startedAt = performance.now();
  const toldOf = (finished: FinishedTrial, trials: readonly FrozenTrial[]) => ({
    trial: number,
    ...finished.outcome,
    failure: finished.outcome.failure,
    elapsedMs: performance.now() - startedAt,
    isBest: bestSoFar(trials, study.directions)?.trial === number,
    counts: countsOf(trials),
  });
  const isRun = await unlessLost(trial, emit, async () => {
    const reused = await study.reuse(trial);
    if (reused === undefined) return true;
    emit({ type: 'trial-finished', ...toldOf(reused, await study.trials()), repeats: reused.repeats });
    return false;
  });
  if (!isRun) return;
  const running = slot.run({ phase: 'trial', trial }, (worker) => withinLimits(slot, worker, trial, memory, options));
  const end = await running.catch(async (error: unknown) => {
    if (isNotStarted(error)) await study.requeue(trial); // its worker died just before
    throw error;
  });
  const { fault } = trial.service;
  if (end === 'stopped' || (end.told === 'FAIL' && fault !== undefined)) {
    await unlessLost(trial, emit, async () => {
      await study.requeue(trial);
      emit({ type: 'trial-requeued', trial: number, reason: 'stopped' });
    });
    if (fault !== undefined) throw fault;
    return;
  }
  await unlessLost(trial, emit, async () => {
    const finished = await study.tell(trial, end.told, end.failure);
    streak.add(finished.outcome.failure);
    leaks.take(end.leak);
    emit({ type: 'trial-finished', ...toldOf(finished, await study.trials()) });
  });
  if (stop.aborted || end.isBackendLost) await slot.stop(); // the next worker has its own backend
}

/** The checkpoint with which a trial begins, for its event. */
function beginningOf({ number, checkpointsStart: { last } }: StudyTrial) {
  if (last === undefined) return {};
  return { afterStep: last.step, ...(last.trial !== number && { continues: last.trial }) };
}

/** Ends a trial in the storage, unless another process has it by now, which an event reports. */
async function unlessLost<T>(trial: StudyTrial, emit: Emit, end: () => Promise<T>): Promise<T | undefined> {
  try {
    return await end();
  } catch (error) {
    const { reason } = trial.loss;
    if (reason === undefined) throw error;
    emit({ type: 'trial-lost', trial: trial.number, reason: reason.message });
    return undefined;
  }
}

/**
 * Runs a trial in a worker. If the worker dies, or takes too long or too much memory, the trial fails, unless the run is
 * being stopped. A trial that another process has taken over is ended like one that takes too long; storing its outcome
 * is then refused.
 */
async function withinLimits(
  slot: TrialSlot,
  worker: TrialWorker,
  trial: StudyTrial,
  memory: MemoryWatch,
  { study, settings, trialTimeoutMs = Number.POSITIVE_INFINITY, control: { stop } }: TrialsOptions,
): Promise<TrialEnd | 'stopped'> {
  const kill = () => void slot.stop();
  let cutShort: Failure | undefined;
  let killing: NodeJS.Timeout | undefined;
  const cut = (failure: Failure) => {
    if (cutShort !== undefined) return;
    cutShort = failure;
    worker.request('abort', failure.message).catch(() => undefined);
    killing = setTimeout(kill, GRACE_MS);
  };
  const message = `The trial took longer than its limit of ${trialTimeoutMs / 1000} s.`;
  const isTimed = trialTimeoutMs <= LONGEST_TIMER_MS;
  const startedAt = performance.now();
  const onTime = () => {
    const leftMs = startedAt + trialTimeoutMs + trial.service.waitedMs - performance.now();
    if (leftMs > 1)
      timer = setTimeout(onTime, leftMs); // waiting for the storage does not count
    else cut({ name: 'TimeLimit', message });
  };
  let timer = isTimed ? setTimeout(onTime, trialTimeoutMs) : undefined;
  const onLost = () => cut(failureOf(trial.loss.reason));
  trial.loss.signal.addEventListener('abort', onLost);
  stop.onAbort(kill);
  await memory.add(worker, (failure) => {
    cutShort ??= failure;
    kill(); // at once, since the machine may have no memory left
  });
  try {
    if (trial.loss.reason !== undefined) return { told: 'FAIL' }; // it was lost while its worker was started
    const { number, flatParams: params, attempt } = trial;
    const own = { settings: trial.settings ?? settings, checkpoints: trial.checkpointsStart };
    const order = { number, params, studySeed: study.seed, attempt, ...own };
    const end = await worker.request('runTrial', order);
    return cutShort === undefined ? end : { told: 'FAIL', failure: { ...cutShort, ...worker.lastWords } };
  } catch (error) {
    if (!(error instanceof WorkerDied)) throw error;
    if (stop.aborted) return 'stopped';
    return { told: 'FAIL', failure: { ...error.failure, ...cutShort } };
  } finally {
    clearTimeout(timer);
    clearTimeout(killing);
    trial.loss.signal.removeEventListener('abort', onLost);
    stop.offAbort(kill);
    if (await memory.remove(worker)) await slot.stop();
  }
}
