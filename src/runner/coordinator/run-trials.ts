import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '../../study/definition/definition.ts';
import { WAIT_MS } from '../../study/optimize.ts';
import type { Study, StudyTrial } from '../../study/study.ts';
import { type Failure, failureOf } from '../../study/trial/outcome.ts';
import type { RunControl } from '../events/run-control.ts';
import type { Emit } from '../events/run-event.ts';
import type { TrialEnd } from '../wire/protocol.ts';
import { FailureStreak } from './failure-streak.ts';
import { bestSoFar, countsOf } from './trial-counts.ts';
import { WaitingNotice } from './waiting-notice.ts';
import { WorkerDied, type WorkerProcess } from './worker-process.ts';
import type { WorkerSlot } from './worker-slot.ts';

/** How long a trial whose time is up may take to notice its aborted signal before its worker is killed. */
const GRACE_MS = 2_000;

/** Node's timers fire at once for anything longer; a trial may take longer than these 25 days without a limit. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The options of {@link runTrials}. */
export interface TrialsOptions {
  readonly study: Study;
  readonly slots: readonly WorkerSlot[];
  /** How many finished trials the study is to have in the end. */
  readonly target: number;
  /** No trial starts after this time (of `performance.now()`). */
  readonly endsAt: number;
  readonly trialTimeoutMs: number | undefined;
  readonly settings: Settings;
  readonly control: RunControl;
  readonly emit: Emit;
}

/** The parts that all slots of a run share. */
interface Shared {
  readonly streak: FailureStreak;
  readonly waiting: WaitingNotice;
}

/**
 * Runs trials, one in each slot at a time, until there are enough, the run is told to stop, or trials fail in a row for
 * the same reason.
 *
 * @returns that reason; undefined where it ended otherwise.
 */
export async function runTrials(options: TrialsOptions): Promise<Failure | undefined> {
  const streak = new FailureStreak();
  const waiting = new WaitingNotice(options.study, options.emit);
  const loops = options.slots.map((slot) => runSlot(slot, { streak, waiting }, options));
  try {
    await Promise.all(loops);
    return streak.reason;
  } catch (error) {
    // One loop cannot go on (the storage fails, a worker does not start): let the others end first.
    options.control.stop.abort();
    await Promise.allSettled([...loops, ...options.slots.map((slot) => slot.stop())]);
    throw error;
  }
}

async function runSlot(slot: WorkerSlot, { streak, waiting }: Shared, options: TrialsOptions): Promise<void> {
  const { study, endsAt, control } = options;
  const { stop } = control;
  while (!stop.draining && streak.reason === undefined && performance.now() < endsAt) {
    if (control.paused) {
      await sleep(WAIT_MS);
      continue;
    }
    await slot.worker(); // first, so that a worker that cannot start costs no trial
    if (stop.draining) return;
    const target = control.target ?? options.target;
    const trial = await study.askUntil(target);
    if (trial === undefined) return;
    if (trial === 'elsewhere') {
      waiting.give();
      await sleep(WAIT_MS);
    } else {
      waiting.withdraw();
      await runTrial(slot, trial, streak, options);
    }
  }
}

async function runTrial(
  slot: WorkerSlot,
  trial: StudyTrial,
  streak: FailureStreak,
  options: TrialsOptions,
): Promise<void> {
  const { study, emit } = options;
  const { stop } = options.control;
  const { number, flatParams: params, attempt } = trial;
  emit({ type: 'trial-started', trial: number, params, worker: slot.id, attempt });
  const startedAt = performance.now();
  const end = await slot.run({ phase: 'trial', trial }, (worker) => withinTime(slot, worker, trial, options));
  try {
    if (end === 'stopped') {
      await study.requeue(trial);
      emit({ type: 'trial-requeued', trial: number, reason: 'stopped' });
      return;
    }
    const { trial: finished, outcome } = await study.tell(trial, end.told, end.failure);
    streak.add(outcome.failure);
    const trials = await study.trials();
    emit({
      type: 'trial-finished',
      trial: number,
      state: outcome.state,
      values: outcome.values,
      elapsedMs: performance.now() - startedAt,
      failure: outcome.failure,
      isBest: bestSoFar(trials, study.directions)?.trial === finished.number,
      counts: countsOf(trials),
    });
  } catch (error) {
    const { reason } = trial.loss;
    if (reason === undefined) throw error;
    emit({ type: 'trial-lost', trial: number, reason: reason.message });
  }
  if (stop.aborted || (end !== 'stopped' && end.isBackendLost)) await slot.stop(); // the next worker has its own backend
}

/**
 * Runs a trial in a worker. Its death, or taking too long, is the trial's failure, unless the run is being stopped. A
 * trial that another process has taken over is ended like one that takes too long; storing its outcome is refused then.
 */
async function withinTime(
  slot: WorkerSlot,
  worker: WorkerProcess,
  trial: StudyTrial,
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
  const timer = isTimed ? setTimeout(() => cut({ name: 'TimeLimit', message }), trialTimeoutMs) : undefined;
  const onLost = () => cut(failureOf(trial.loss.reason));
  trial.loss.signal.addEventListener('abort', onLost);
  stop.onAbort(kill);
  try {
    if (trial.loss.reason !== undefined) return { told: 'FAIL' }; // it was lost while its worker was started
    const { number, flatParams: params, attempt } = trial;
    const order = { number, params, settings, studySeed: study.seed, attempt };
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
  }
}
