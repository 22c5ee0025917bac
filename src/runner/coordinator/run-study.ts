import { resolve } from 'node:path';
import { checkFolder } from '../../base/made-folder.ts';
import { machineCapacity } from '../../machine/capacity.ts';
import { defaultStorage } from '../../storage/default-storage.ts';
import { openIfThere, openStorage } from '../../storage/open-storage.ts';
import { StudyListener } from '../events/study-listener.ts';
import { resultsFolder } from '../results.ts';
import { hashOfCode } from '../study-code.ts';
import { loadStudyFile } from '../study-file.ts';
import { watchGpus } from './gpu-watch.ts';
import type { RunOptions, RunResult } from './run-options.ts';
import { equipmentOf, openPlan, settingsOf } from './run-plan.ts';
import { storageWait } from './storage-wait.ts';
import { StudyRun } from './study-run.ts';
import { STOPPED, WorkerSlot } from './worker-slot.ts';

/**
 * Runs a study's file: trials in worker processes until there are as many as wanted, then `best.json`, then the
 * retraining of the winner, unless the run is a worker. An existing study is continued.
 *
 * @returns undefined where the run was stopped before the study was opened.
 * @throws HpoError for anything wrong with the file, the options, the database or the backend.
 */
export async function runStudy(options: RunOptions): Promise<RunResult | undefined> {
  const startedAt = performance.now();
  const studyFile = resolve(options.studyFile);
  const waiting = storageWait(options.emit, options.control.stop); // refuses a bad HPO_STORAGE_WAIT
  const definition = await loadStudyFile(studyFile);
  const { control, gpus, onOpen, role = 'run' } = options;
  // Before hours are spent on results that cannot be written.
  if (role === 'run') checkFolder(resultsFolder(definition.name), 'results');
  if (options.checkpoints !== undefined) checkFolder(options.checkpoints, 'checkpoints');
  settingsOf(definition, options.profile, options); // refuses bad ones before anything is started or written
  const listener = new StudyListener(options.emit, definition.onEvent);
  const { emit } = listener;
  const isToPrune = (trial: number) => control.isToPrune(trial);
  const { cpus } = machineCapacity();
  const threads = Math.max(1, Math.floor(cpus / (options.workers ?? cpus)));
  const env = { HPO_THREADS: String(threads), ...options.env };
  const [url, create] = [options.storage ?? defaultStorage(), options.resume === undefined];
  // Before a worker takes a device, and for a storage that is not to be had; one that is new is made when all is known.
  let early = create ? await openIfThere(url, waiting) : await openStorage(url, { create, waiting });
  let found: string | undefined;
  const first = new WorkerSlot(0, { studyFile, env, gpus, backendFound: () => found, isToPrune, emit });
  const unsubscribe = control.onOrder(emit);
  let unwatch: (() => void) | undefined;
  try {
    const [equipment, code] = await Promise.all([
      first.runUnlessStopped(control.stop, { phase: 'prepare' }, (worker) => equipmentOf(worker, options)),
      hashOfCode(studyFile),
    ]);
    if (equipment === STOPPED) {
      emit({ type: 'warning', message: 'The run was stopped before its study was opened; nothing was written.' });
      return undefined;
    }
    found = equipment.device?.backend;
    const storage = early ?? (await openStorage(url, { create, waiting }));
    early = undefined;
    const plan = await openPlan(definition, { ...equipment, code }, options, storage);
    try {
      onOpen?.(plan.storage, plan.record);
      unwatch = watchGpus(plan.device, gpus, emit);
      return await new StudyRun(plan, first, { ...options, emit }, startedAt).run();
    } finally {
      await first.stop(); // before the storage is closed, which a dashboard may still read
      await plan.study.close();
    }
  } finally {
    unwatch?.();
    unsubscribe();
    await first.stop();
    await early?.close();
    await listener.finish();
  }
}
