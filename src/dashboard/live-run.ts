import type { Device } from '../machine/device.ts';
import { noticeText, pauseText, retrainingText } from '../reporter/notice.ts';
import type { Progress, Settings } from '../study/definition/definition.ts';
import type { RunEvent } from '../study/run-event.ts';
import { causeLine } from '../text/cause.ts';
import { programLines } from '../text/foreign-text.ts';

/** A line that a study's code wrote, or a message of the run itself. */
export interface LogLine {
  readonly at: Date;
  readonly text: string;
}

/** A worker process and its present work. */
export interface WorkerView {
  readonly id: number;
  readonly pid: number | undefined;
  readonly trial: number | undefined;
}

/** The part of a run's state that is not in the database. */
export interface LiveRun {
  readonly startedAt: Date;
  readonly target: number;
  readonly sampler: string;
  readonly pruner: string;
  readonly seed: number;
  readonly profile: string | undefined;
  readonly settings: Settings;
  readonly device: Device | undefined;
  readonly folder: string;
  /** The bound of the number of workers; undefined where the user gave the number. */
  readonly workersReason: string | undefined;
  readonly workers: readonly WorkerView[];
  readonly log: readonly LogLine[];
  readonly progress: Progress | undefined;
  readonly isRetraining: boolean;
  readonly isPaused: boolean;
  readonly stopping: 'drain' | 'abort' | undefined;
  readonly toPrune: ReadonlySet<number>;
}

/** The number of lines that are kept. */
const LOG_LINES = 200;

/** The state at the first event of a run. */
export function liveRunOf(event: Extract<RunEvent, { type: 'run-started' }>, at: Date): LiveRun {
  const { target, sampler, pruner, seed, profile, settings, device, folder, workersReason } = event;
  return {
    startedAt: at,
    target,
    sampler,
    pruner,
    seed,
    profile,
    settings,
    device,
    folder,
    workersReason,
    workers: [],
    log: [],
    progress: undefined,
    isRetraining: false,
    isPaused: false,
    stopping: undefined,
    toPrune: new Set(),
  };
}

/** The run after another event. */
export function afterEvent(run: LiveRun, event: RunEvent, at: Date): LiveRun {
  switch (event.type) {
    case 'worker-started':
      return withWorker(run, { id: event.worker, pid: event.pid, trial: undefined });
    case 'worker-died':
    case 'sampler-note':
    case 'warning':
    case 'waiting':
    case 'best-written':
    case 'concluded-elsewhere':
    case 'retrain-skipped':
      return logged(run, at, noticeText(event));
    case 'trial-started': {
      const worker = run.workers.find(({ id }) => id === event.worker);
      return withWorker(run, { id: event.worker, pid: worker?.pid, trial: event.trial });
    }
    case 'trial-finished':
    case 'trial-requeued':
      return withoutTrial(run, event.trial);
    case 'trial-lost':
      return logged(withoutTrial(run, event.trial), at, event.reason);
    case 'trial-paused':
      return logged(run, at, `trial ${event.trial}: ${pauseText(event)}`);
    case 'trial-given-up':
      return logged(run, at, `trial ${event.trial}: ${causeLine(event.failure)}`);
    case 'progress':
      return { ...run, progress: event.progress };
    case 'log': {
      const from = event.phase === 'trial' ? `trial ${event.trial}` : event.phase;
      const lines = programLines(event.text, false).map((text) => `${from} | ${text}`);
      return logged(run, at, ...lines);
    }
    case 'retrain-started': {
      // By the first worker; the others are gone by then.
      const retraining = { ...run, workers: run.workers.slice(0, 1), isRetraining: true, progress: undefined };
      const isUsual = event.from === undefined && event.afterStep === undefined;
      return isUsual ? retraining : logged(retraining, at, retrainingText(event));
    }
    case 'retrain-finished':
      return logged({ ...run, isRetraining: false, progress: undefined }, at, `retrained; results in ${event.folder}`);
    case 'paused':
      return { ...run, isPaused: event.paused };
    case 'target-changed':
      return { ...run, target: event.target };
    case 'prune-asked':
      return logged(
        { ...run, toPrune: new Set([...run.toPrune, event.trial]) },
        at,
        `trial ${event.trial} is pruned when it next asks`,
      );
    case 'stopping':
      return { ...run, stopping: event.how };
    case 'run-started':
    case 'gpu-usage':
    case 'trial-reported':
    case 'run-finished':
      return run;
  }
}

function withWorker(run: LiveRun, worker: WorkerView): LiveRun {
  const others = run.workers.filter(({ id }) => id !== worker.id);
  return { ...run, workers: [...others, worker].sort((a, b) => a.id - b.id) };
}

function withoutTrial(run: LiveRun, trial: number): LiveRun {
  const workers = run.workers.map((worker) => (worker.trial === trial ? { ...worker, trial: undefined } : worker));
  return { ...run, workers };
}

function logged(run: LiveRun, at: Date, ...texts: readonly string[]): LiveRun {
  const lines = texts.flatMap((text) => text.split('\n')).map((text) => ({ at, text }));
  return { ...run, log: [...run.log, ...lines].slice(-LOG_LINES) };
}
