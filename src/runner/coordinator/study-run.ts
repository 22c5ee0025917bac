import { resolve } from 'node:path';
import { bounded, LIMITS } from '../../base/bounded-text.ts';
import { thisProcess } from '../../machine/process-identity.ts';
import { heldLease } from '../../storage/lease.ts';
import { parametersOf } from '../../storage/trial-queries.ts';
import { deviceNotes } from '../../study/device-notes.ts';
import { unusedMessage } from '../../study/enqueued-values.ts';
import { nameOfProcess } from '../../study/live-holders.ts';
import { namedBy, namedParts } from '../../study/named-parts.ts';
import { boundNotes, studyNotes, trialNotes } from '../../study/reading-notes.ts';
import type { StopReason } from '../../study/stop-when.ts';
import { CODE_KEY } from '../../study/study-keys.ts';
import type { Failure } from '../../study/trial/outcome.ts';
import { type FrozenTrial, isFinished } from '../../trial/frozen-trial.ts';
import { paretoFront } from '../../trial/pareto-front.ts';
import { shortPath } from '../short-path.ts';
import { conclude, exportBest } from './conclusion.ts';
import type { RunOptions, RunResult } from './run-options.ts';
import type { RunPlan } from './run-plan.ts';
import { runTrials } from './run-trials.ts';
import { TargetWatch } from './target-watch.ts';
import { bestSoFar, countsOf } from './trial-counts.ts';
import { TrialLimit } from './trial-limit.ts';
import type { WorkerSlot } from './worker-slot.ts';

type Reason = RunResult['reason'];

/** The longest time of Node's timers, 25 days; with a longer one they fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** One run of an open study, by a plan; a worker's run, too. */
export class StudyRun {
  readonly #plan: RunPlan;
  /** The worker that has found the device; it runs trials as others do, and retrains the winner. */
  readonly #first: WorkerSlot;
  readonly #options: RunOptions;
  readonly #startedAt: number;
  readonly #watch: TargetWatch;
  readonly #limit: TrialLimit;
  /** Whether the time for trials is up, and with it that of the running ones. */
  #isTimeUp = false;

  /** @param startedAt the time of `performance.now()` before anything was loaded. */
  constructor(plan: RunPlan, first: WorkerSlot, options: RunOptions, startedAt: number) {
    this.#plan = plan;
    this.#first = first;
    this.#options = options;
    this.#startedAt = startedAt;
    const { storage, record, target } = plan;
    const { control, emit, maxTrials } = options;
    this.#watch = new TargetWatch({ storage, record, target: target.trials, control, emit });
    this.#limit = new TrialLimit(maxTrials);
    options.control.onWriteBest(async () => void (await exportBest(plan, options)));
  }

  /** Searches, and unless it is a worker's or is stopped before, writes the results and retrains the winner. */
  async run(): Promise<RunResult> {
    await this.#announce();
    const { resume, role } = this.#options;
    const failure = resume === undefined ? await this.#search() : await this.#resume(resume.trial);
    await this.#watch.close();
    await this.#plan.storage.confirm(); // else nobody would find the announced results
    const isFailing = failure !== undefined;
    if (role !== 'worker') await conclude({ plan: this.#plan, slot: this.#first, isFailing }, this.#options);
    return this.#end(failure);
  }

  /** Shows the plan, and takes back the trials that dead runs have left. */
  async #announce(): Promise<void> {
    const { study, settings, target, workers, workersReason, device, profile, profileFrom, folder, continued } =
      this.#plan;
    const { emit, parts = {}, role = 'run' } = this.#options;
    const kept = namedParts(study.record);
    const trials = await study.trials();
    emit({
      type: 'run-started',
      role,
      process: nameOfProcess(thisProcess()),
      study: study.name,
      storage: study.storageLabel,
      directions: study.directions,
      sampler: study.sampler.name,
      samplerFrom: namedBy(parts.sampler, kept.sampler),
      pruner: study.pruner.name,
      prunerFrom: namedBy(parts.pruner, kept.pruner),
      seed: study.seed,
      target: target.trials,
      targetFrom: target.from,
      counts: countsOf(trials),
      best: bestSoFar(trials, study.directions),
      workers,
      workersReason,
      device,
      profile,
      profileFrom,
      settings: settings.trial,
      folder,
      continued,
    });
    const { former, trials: wanted } = target;
    if (former !== undefined) emit({ type: 'target-changed', target: wanted, former });
    const { record } = this.#plan;
    const { trials: named = wanted, resume } = this.#options;
    if (named !== wanted && resume === undefined) emit({ type: 'warning', message: oldTarget(named, wanted) });
    if (this.#isOtherCode) emit({ type: 'warning', message: this.#otherCode() });
    const notes = [...studyNotes(record), ...trialNotes(record, trials), ...boundNotes(parametersOf(trials))];
    notes.push(...deviceNotes(device?.description, trials));
    for (const message of notes) emit({ type: 'warning', message });
    study.onTakenBack(({ trial: { number }, failure }) => {
      if (failure === undefined) emit({ type: 'trial-requeued', trial: number, reason: 'holder-died' });
      else emit({ type: 'trial-given-up', trial: number, failure });
    });
    study.onPaused(({ trial: { number }, deaths, pauseMs }) => {
      emit({ type: 'trial-paused', trial: number, deaths, pauseMs });
    });
    study.onSetBack(({ message }) => emit({ type: 'warning', message }));
    study.onSamplerNote(({ trial, note }) => emit({ type: 'sampler-note', trial, note }));
    study.onUnused((unused) => emit({ type: 'warning', message: unusedMessage(unused) }));
    study.setCrew({ device: device?.description });
    await study.recover();
  }

  /** Runs the missing trials. @returns the reason for which trials failed in a row, where that has ended the search. */
  async #search(): Promise<Failure | undefined> {
    const { study, settings, target, workers, definition } = this.#plan;
    const { control, emit, role, timeoutMs = Number.POSITIVE_INFINITY } = this.#options;
    const { maxTrials = Number.POSITIVE_INFINITY } = this.#options;
    const { stopWhen } = definition;
    if ((await study.finishedCount()) >= target.trials || (await study.stopReason(stopWhen))) return undefined;
    const stopTimer = this.#endInTime();
    await this.#first.prepare(settings.trial, control.stop);
    const count = Math.min(workers, maxTrials);
    const others = Array.from({ length: count - 1 }, (_, index) => this.#first.another(index + 1));
    const slots = [this.#first, ...others];
    const endsAt = (role === 'worker' ? this.#startedAt : performance.now()) + timeoutMs;
    const [limit, lookAtTarget] = [this.#limit, () => this.#watch.look()];
    const common = { ...this.#trialLimits(), study, slots, stopWhen, endsAt, limit, lookAtTarget };
    try {
      for (;;) {
        const before = this.#target;
        const failure = await runTrials({ ...common, target: before, settings: settings.trial, control, emit });
        await this.#watch.lookNow();
        if (failure !== undefined || control.stop.draining || this.#target <= before) return failure;
      }
    } finally {
      stopTimer();
      await Promise.all(others.map((slot) => slot.stop())); // a retraining has the machine for itself
    }
  }

  /** Has the running trials handed back when they have had their grace time after the run's. @returns a way to end that. */
  #endInTime(): () => void {
    const { control, emit, timeoutMs, graceMs } = this.#options;
    if (timeoutMs === undefined || graceMs === undefined) return () => undefined;
    let timer: NodeJS.Timeout | undefined;
    const after = (ms: number, task: () => void) => {
      timer = ms <= LONGEST_TIMER_MS ? setTimeout(task, Math.max(0, ms)) : undefined;
    };
    const handBack = () => {
      if (control.stop.aborted) return;
      emit({ type: 'stopping', how: 'abort', reason: 'timeout' });
      control.stop.abort();
    };
    after(this.#startedAt + timeoutMs - performance.now(), () => {
      if (control.stop.draining) return;
      this.#isTimeUp = true;
      emit({ type: 'stopping', how: 'drain', graceMs, reason: 'timeout' });
      control.stop.drain();
      after(graceMs, handBack);
    });
    return () => clearTimeout(timer);
  }

  /** Continues a finished trial. @returns as {@link #search}. */
  async #resume(trial: number): Promise<Failure | undefined> {
    const { study, settings, target, resumedSettings } = this.#plan;
    const { control, emit } = this.#options;
    await this.#first.prepare(resumedSettings ?? settings.trial, control.stop);
    let isStarted = false;
    const ask = async () => {
      if (isStarted) return undefined;
      isStarted = true;
      return study.resume(trial, { settings: resumedSettings });
    };
    const common = {
      study,
      slots: [this.#first],
      target: target.trials,
      stopWhen: undefined,
      endsAt: Number.POSITIVE_INFINITY,
    };
    return runTrials({ ...common, ...this.#trialLimits(), settings: settings.trial, ask, control, emit });
  }

  /** The time and the memory that a trial may take. */
  #trialLimits() {
    const { trialTimeoutMs, trialMemoryMb } = this.#plan.definition;
    return { trialTimeoutMs, trialMemoryMb: this.#options.trialMemoryMb ?? trialMemoryMb };
  }

  async #end(failure: Failure | undefined): Promise<RunResult> {
    const { study, storage, definition } = this.#plan;
    await storage.confirm();
    const stopped = await study.stopReason(definition.stopWhen);
    const trials = await study.trials();
    const [counts, best] = [countsOf(trials), bestSoFar(trials, study.directions)];
    const isSeveral = study.directions.length > 1;
    const front = isSeveral ? paretoFront(trials, study.directions).map(({ number }) => number) : [];
    const reason = this.#reason(trials, failure, stopped);
    const elapsedMs = performance.now() - this.#startedAt;
    this.#options.emit({ type: 'run-finished', reason, failure, stopped, counts, best, front, elapsedMs });
    return { reason, counts, best };
  }

  #reason(trials: readonly FrozenTrial[], failure: Failure | undefined, stopped: StopReason | undefined): Reason {
    const { control, role } = this.#options;
    const isInterrupted = control.stop.draining && !this.#isTimeUp;
    if (isInterrupted && role !== 'worker') return 'interrupted'; // it has not retrained the winner
    if (trials.filter(({ state }) => isFinished(state)).length >= this.#target) return 'done';
    if (stopped !== undefined) return 'stopped';
    if (isInterrupted) return 'interrupted';
    if (failure !== undefined) return 'failing';
    if (this.#plan.study.isSpent && !trials.some(isOpen)) return 'spent';
    return this.#limit.isReached ? 'max-trials' : 'timeout';
  }

  /** The number of finished trials wanted now. */
  get #target(): number {
    return this.#options.control.target ?? this.#plan.target.trials;
  }

  get #isOtherCode(): boolean {
    const { own, ofStudy } = this.#plan.code;
    return own !== ofStudy;
  }

  #otherCode(): string {
    const { own, ofStudy } = this.#plan.code;
    const change = `the code of ${shortPath(resolve(this.#options.studyFile))} is ${own}, and that of the study was ${bounded(ofStudy, LIMITS.name)}`;
    return `${change} when it was begun; trials that start here are marked ${CODE_KEY}, and --strict-code refuses this`;
  }
}

/** The warning of a worker whose command line names a target that was changed since. */
function oldTarget(named: number, target: number): string {
  const since = `--trials ${named} was named before, and the target was changed since: it stays ${target}`;
  return `${since}; \`hpo run --trials ${named}\` would set it back`;
}

/** Whether a trial waits, or a coordinator runs it, whose death would make it wait again. */
function isOpen({ state, systemAttrs }: FrozenTrial): boolean {
  return state === 'WAITING' || (state === 'RUNNING' && heldLease(systemAttrs) !== undefined);
}
