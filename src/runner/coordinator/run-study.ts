import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { requireWritable, resultsFolder } from '../results.ts';
import { loadStudyFile } from '../study-file.ts';
import { watchGpus } from './gpu-watch.ts';
import type { RunOptions, RunResult } from './run-options.ts';
import { equipmentOf, openPlan, settingsOf } from './run-plan.ts';
import { storageWait } from './storage-wait.ts';
import { StudyRun } from './study-run.ts';
import { STOPPED, WorkerSlot } from './worker-slot.ts';

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
  const waiting = storageWait(options.emit, options.control.stop); // which refuses a bad HPO_STORAGE_WAIT
  const definition = await loadStudyFile(studyFile);
  requireWritable(resultsFolder(definition.name));
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
    const plan = await openPlan(definition, equipment, options, waiting);
    try {
      onOpen?.(plan.storage, plan.record);
      unwatch = watchGpus(plan.device, gpus, emit);
      return await new StudyRun(plan, first, options, startedAt).run();
    } finally {
      await first.stop(); // before the storage is closed, which a dashboard may still read
      await plan.study.close();
    }
  } finally {
    unwatch?.();
    unsubscribe();
    await first.stop();
  }
}
