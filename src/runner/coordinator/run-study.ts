import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { Storage, StudyRecord } from '../../storage/storage.ts';
import type { RunControl } from '../events/run-control.ts';
import type { Best, Counts, Emit, RunEvent } from '../events/run-event.ts';
import { loadStudyFile } from '../study-file.ts';
import { watchGpus } from './gpu-watch.ts';
import { equipmentOf, openPlan, settingsOf } from './run-plan.ts';
import { StudyRun } from './study-run.ts';
import { STOPPED, WorkerSlot } from './worker-slot.ts';

/** The options of a run. An option that is undefined is as the study's file or the database says. */
export interface RunOptions {
  readonly studyFile: string;
  /** Default `sqlite:///hpo.db`. */
  readonly storage?: string | undefined;
  /** How many finished trials the study is to have in the end. */
  readonly trials?: number | undefined;
  /** No trial starts after this time. */
  readonly timeoutMs?: number | undefined;
  /** How many worker processes. Default: as many on each GPU as the study's device finds best, else as many as cores. */
  readonly workers?: number | undefined;
  /** Numbers of the GPUs that the workers take in turn. Default: the one that the backend prefers. */
  readonly gpus?: readonly number[] | undefined;
  readonly seed?: number | undefined;
  /** How often a trial is run again whose process died over it. */
  readonly retries?: number | undefined;
  readonly profile?: string | undefined;
  /** `name=value` settings. */
  readonly assignments?: readonly string[];
  /** Added to the workers' environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether to retrain the winner, where the study says how. Default true. */
  readonly retrain?: boolean;
  /** Called once the study is open, before the first event that is about it. The storage stays the run's to close. */
  readonly onOpen?: (storage: Storage, record: StudyRecord) => void;
  readonly emit: Emit;
  readonly control: RunControl;
}

/** How a run ended. */
export interface RunResult {
  readonly reason: Extract<RunEvent, { type: 'run-finished' }>['reason'];
  readonly counts: Counts;
  readonly best: Best | undefined;
}

/**
 * Runs a study's file: trials in worker processes until there are as many as wanted, then `best.json`, then the
 * retraining of the winner. A study that is there already is continued.
 *
 * @returns undefined where it was told to stop before the study was opened.
 * @throws HpoError for anything wrong with the file, the options, the database or the backend.
 */
export async function runStudy(options: RunOptions): Promise<RunResult | undefined> {
  const startedAt = performance.now();
  const studyFile = resolve(options.studyFile);
  const definition = await loadStudyFile(studyFile);
  settingsOf(definition, options.profile, options); // refuses bad ones before anything is started or written
  const { control, gpus, emit, onOpen } = options;
  const isToPrune = (trial: number) => control.isToPrune(trial);
  const cores = availableParallelism();
  const threads = Math.max(1, Math.floor(cores / (options.workers ?? cores)));
  const env = { HPO_THREADS: String(threads), ...options.env };
  const first = new WorkerSlot(0, { studyFile, env, gpus, isToPrune, emit });
  const unsubscribe = control.onOrder(emit);
  let unwatch: (() => void) | undefined;
  try {
    const equipment = await first.runUnlessStopped(control.stop, { phase: 'prepare' }, (worker) =>
      equipmentOf(worker, options),
    );
    if (equipment === STOPPED) {
      emit({ type: 'warning', message: 'The run was stopped before its study was opened; nothing was written.' });
      return undefined;
    }
    const plan = await openPlan(definition, equipment, options);
    try {
      onOpen?.(plan.storage, plan.record);
      unwatch = watchGpus(plan.device, gpus, emit);
      return await new StudyRun(plan, first, options, startedAt).run();
    } finally {
      await plan.study.close();
    }
  } finally {
    unwatch?.();
    unsubscribe();
    await first.stop();
  }
}
