import { parametersOf } from '../../storage/trial-queries.ts';
import { unusedMessage } from '../../study/enqueued-values.ts';
import { namedBy, namedParts } from '../../study/named-parts.ts';
import { boundNotes, studyNotes, trialNotes } from '../../study/reading-notes.ts';
import type { StopReason } from '../../study/stop-when.ts';
import type { Failure } from '../../study/trial/outcome.ts';
import { paretoFront } from '../../trial/pareto-front.ts';
import { conclude, exportBest } from './conclusion.ts';
import type { RunOptions, RunResult } from './run-options.ts';
import type { RunPlan } from './run-plan.ts';
import { runTrials } from './run-trials.ts';
import { bestSoFar, countsOf } from './trial-counts.ts';
import type { WorkerSlot } from './worker-slot.ts';

type Reason = RunResult['reason'];

/** One run of an open study, by a plan. */
export class StudyRun {
  readonly #plan: RunPlan;
  /** The worker that has found the device; it runs trials as others do, and retrains the winner. */
  readonly #first: WorkerSlot;
  readonly #options: RunOptions;
  readonly #startedAt: number;

  /** @param startedAt the time of `performance.now()` before anything was loaded. */
  constructor(plan: RunPlan, first: WorkerSlot, options: RunOptions, startedAt: number) {
    this.#plan = plan;
    this.#first = first;
    this.#options = options;
    this.#startedAt = startedAt;
    options.control.onWriteBest(async () => void (await exportBest(plan, options)));
  }

  /** Searches, writes the results and retrains the winner, unless it is stopped before. */
  async run(): Promise<RunResult> {
    await this.#announce();
    const { resume } = this.#options;
    const failure = resume === undefined ? await this.#search() : await this.#resume(resume.trial);
    await this.#plan.storage.confirm(); // else nobody would find the announced results
    await conclude({ plan: this.#plan, slot: this.#first, isFailing: failure !== undefined }, this.#options);
    return this.#end(failure);
  }

  /** Shows the plan, and takes back the trials that dead runs have left. */
  async #announce(): Promise<void> {
    const { study, settings, target, workers, workersReason, device, profile, profileFrom, folder, continued } =
      this.#plan;
    const { emit, parts = {} } = this.#options;
    const kept = namedParts(study.record);
    const trials = await study.trials();
    emit({
      type: 'run-started',
      study: study.name,
      storage: study.storageLabel,
      directions: study.directions,
      sampler: study.sampler.name,
      samplerFrom: namedBy(parts.sampler, kept.sampler),
      pruner: study.pruner.name,
      prunerFrom: namedBy(parts.pruner, kept.pruner),
      seed: study.seed,
      target,
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
    const { record } = this.#plan;
    const notes = [...studyNotes(record), ...trialNotes(record, trials), ...boundNotes(parametersOf(trials))];
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
    const { control, emit, timeoutMs = Number.POSITIVE_INFINITY } = this.#options;
    const { stopWhen } = definition;
    if ((await study.finishedCount()) >= target || (await study.stopReason(stopWhen))) return undefined;
    await this.#first.prepare(settings.trial, control.stop);
    const others = Array.from({ length: workers - 1 }, (_, index) => this.#first.another(index + 1));
    const slots = [this.#first, ...others];
    const endsAt = performance.now() + timeoutMs;
    const common = { ...this.#trialLimits(), study, slots, target, stopWhen, endsAt };
    try {
      return await runTrials({ ...common, settings: settings.trial, control, emit });
    } finally {
      await Promise.all(others.map((slot) => slot.stop())); // a retraining has the machine for itself
    }
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
    const common = { study, slots: [this.#first], target, stopWhen: undefined, endsAt: Number.POSITIVE_INFINITY };
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
    const reason = this.#reason(counts.complete + counts.pruned + counts.failed, failure, stopped);
    const elapsedMs = performance.now() - this.#startedAt;
    this.#options.emit({ type: 'run-finished', reason, failure, stopped, counts, best, front, elapsedMs });
    return { reason, counts, best };
  }

  #reason(finished: number, failure: Failure | undefined, stopped: StopReason | undefined): Reason {
    const { control } = this.#options;
    if (control.stop.draining) return 'interrupted';
    if (finished >= (control.target ?? this.#plan.target)) return 'done';
    if (stopped !== undefined) return 'stopped';
    if (failure !== undefined) return 'failing';
    return this.#plan.study.isSpent ? 'spent' : 'timeout';
  }
}
