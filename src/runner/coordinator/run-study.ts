import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { Device } from '../../machine/device.ts';
import { DEFAULT_STORAGE } from '../../storage/default-storage.ts';
import { openStorage } from '../../storage/open-storage.ts';
import type { Settings, StudyDefinition } from '../../study/definition/definition.ts';
import { openDefinedStudy } from '../../study/open-study.ts';
import type { Study } from '../../study/study.ts';
import { PROFILE_KEY } from '../../study/study-keys.ts';
import type { Failure } from '../../study/trial/outcome.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { paretoFront } from '../../trial/pareto-front.ts';
import type { RunControl } from '../events/run-control.ts';
import type { Best, Counts, Emit, RunEvent } from '../events/run-event.ts';
import { resultsFolder, writeBest } from '../results.ts';
import { partAssignments, RETRAIN_PREFIX, retrainSettings, trialSettings } from '../settings.ts';
import { loadStudyFile } from '../study-file.ts';
import { watchGpus } from './gpu-watch.ts';
import { prepare } from './preparation.ts';
import { retrain } from './retraining.ts';
import { runTrials } from './run-trials.ts';
import { bestSoFar, countsOf } from './trial-counts.ts';
import type { WorkerProcess } from './worker-process.ts';
import { STOPPED, WorkerSlot } from './worker-slot.ts';

/** The number of trials of a study that does not say. */
const DEFAULT_TRIALS = 30;

/** What `hpo run` is told. What is undefined takes what the study's file or the database says. */
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
  readonly profile?: string | undefined;
  /** `name=value` settings. */
  readonly assignments?: readonly string[];
  /** Added to the workers' environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether to retrain the winner, where the study says how. Default true. */
  readonly retrain?: boolean;
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
  const { control, gpus, emit } = options;
  const { stop } = control;
  const isToPrune = (trial: number) => control.isToPrune(trial);
  const cores = availableParallelism();
  const threads = Math.max(1, Math.floor(cores / (options.workers ?? cores)));
  const env = { HPO_THREADS: String(threads), ...options.env };
  const first = new WorkerSlot(0, { studyFile, env, gpus, isToPrune, emit });
  const unsubscribe = control.onOrder(emit);
  let unwatch: (() => void) | undefined;
  try {
    const equipment = await first.runUnlessStopped(stop, { phase: 'prepare' }, (worker) =>
      equipmentOf(worker, options),
    );
    if (equipment === STOPPED) {
      emit({ type: 'warning', message: 'The run was stopped before its study was opened; nothing was written.' });
      return undefined;
    }
    const plan = await openPlan(definition, equipment, options);
    const { study } = plan;
    control.onWriteBest(async () => void (await exportBest(plan, options)));
    try {
      await announce(plan, options);
      unwatch = watchGpus(plan.device, gpus, emit);
      const failure = await search(plan, definition, first, options);
      await conclude(plan, definition, first, failure !== undefined, options);
      const trials = await study.trials();
      const [counts, best] = [countsOf(trials), bestSoFar(trials, study.directions)];
      const finished = counts.complete + counts.pruned + counts.failed;
      const early = stop.draining ? 'interrupted' : failure !== undefined ? 'failing' : 'timeout';
      const reason = finished < (control.target ?? plan.target) || stop.draining ? early : 'done';
      const front =
        study.directions.length > 1 ? paretoFront(trials, study.directions).map(({ number }) => number) : [];
      emit({ type: 'run-finished', reason, failure, counts, best, front, elapsedMs: performance.now() - startedAt });
      return { reason, counts, best };
    } finally {
      await study.close();
    }
  } finally {
    unwatch?.();
    unsubscribe();
    await first.stop();
  }
}

/** Tells what is going to be done, and takes back what dead runs have left. */
async function announce(plan: Plan, { emit }: RunOptions): Promise<void> {
  const { study, settings, target, workers, workersReason, device, profile, profileFrom, folder, continued } = plan;
  const trials = await study.trials();
  emit({
    type: 'run-started',
    study: study.name,
    storage: study.storageUrl,
    directions: study.directions,
    sampler: study.sampler.name,
    pruner: study.pruner.name,
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
  for (const { number } of await study.recover()) {
    emit({ type: 'trial-requeued', trial: number, reason: 'owner-died' });
  }
}

/** Runs the trials that are missing. Returns why it stopped early, where trials failed in a row for one reason. */
async function search(
  plan: Plan,
  definition: StudyDefinition,
  first: WorkerSlot,
  options: RunOptions,
): Promise<Failure | undefined> {
  const { study, settings, target, workers } = plan;
  const { control, emit } = options;
  if ((await study.progress()).finished >= target) return undefined;
  await prepare(first, settings.trial, control.stop);
  const others = Array.from({ length: workers - 1 }, (_, index) => first.another(index + 1));
  const endsAt = options.timeoutMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + options.timeoutMs;
  const { trialTimeoutMs } = definition;
  try {
    const slots = [first, ...others];
    return await runTrials({ study, slots, target, endsAt, trialTimeoutMs, settings: settings.trial, control, emit });
  } finally {
    await Promise.all(others.map((slot) => slot.stop())); // a retraining has the machine for itself
  }
}

/** Writes `best.json` and retrains the winner; not where the trials fail, for so would it. */
async function conclude(
  plan: Plan,
  definition: StudyDefinition,
  first: WorkerSlot,
  failed: boolean,
  options: RunOptions,
): Promise<void> {
  const { study, settings, folder } = plan;
  const { emit } = options;
  const { stop } = options.control;
  const best = await exportBest(plan, options);
  if (best === undefined || definition.retrain === undefined) return;
  if (failed || options.retrain === false || stop.draining) return;
  await retrain({
    study: study.name,
    studyFile: resolve(options.studyFile),
    studySeed: study.seed,
    trial: best.number,
    params: best.params,
    settings: settings.retrain,
    trialSettings: settings.trial,
    folder,
    again: false,
    slot: first,
    stop,
    emit,
  });
}

/** Writes `best.json`, of a study with one direction that has a complete trial. @returns that trial. */
async function exportBest(plan: Plan, { studyFile, emit }: RunOptions): Promise<FrozenTrial | undefined> {
  const { study, settings, device, profile, folder } = plan;
  const best = study.directions.length === 1 ? await study.bestTrial() : undefined;
  if (best === undefined) return undefined;
  const file = writeBest(folder, resolve(studyFile), {
    study: study.name,
    trial: best.number,
    value: best.values?.[0] ?? Number.NaN,
    params: study.paramsOf(best),
    settings: settings.trial,
    profile: profile ?? null,
    studySeed: study.seed,
    storage: study.storageUrl,
    device: device ?? null,
  });
  emit({ type: 'best-written', file });
  return best;
}

interface RunSettings {
  readonly trial: Settings;
  readonly retrain: Settings;
}

function settingsOf(definition: StudyDefinition, profile: string | undefined, options: RunOptions): RunSettings {
  const assignments = partAssignments(options.assignments ?? []);
  const trial = trialSettings(definition, profile, assignments.trial);
  return { trial, retrain: retrainSettings(definition, profile, trial, assignments.retrain, RETRAIN_PREFIX) };
}

/** What a run computes on, how many workers there are to be, and why where that had to be found out. */
interface Equipment {
  readonly device: Device | undefined;
  readonly workers: number;
  readonly workersReason: string | undefined;
}

async function equipmentOf(worker: WorkerProcess, { workers, gpus }: RunOptions): Promise<Equipment> {
  const device = await worker.request('device', undefined);
  if (workers !== undefined) return { device, workers, workersReason: undefined };
  if (device?.kind !== 'gpu') return { device, workers: availableParallelism(), workersReason: undefined };
  const packing = await worker.request('packing', undefined);
  return { device, workers: (gpus?.length ?? 1) * (packing?.trials ?? 1), workersReason: packing?.reason };
}

/** What a run is going to do. */
interface Plan extends Equipment {
  readonly study: Study;
  readonly target: number;
  readonly folder: string;
  readonly settings: RunSettings;
  readonly profile: string | undefined;
  readonly profileFrom: Extract<RunEvent, { type: 'run-started' }>['profileFrom'];
  readonly continued: boolean;
}

/** Decides on profile and settings, and creates the study or opens the one that is there. */
async function openPlan(definition: StudyDefinition, equipment: Equipment, options: RunOptions): Promise<Plan> {
  const { name } = definition;
  const storage = await openStorage(options.storage ?? DEFAULT_STORAGE, { create: true });
  try {
    const existing = await storage.findStudy(name);
    const kept = existing?.systemAttrs[PROFILE_KEY];
    const byDevice = existing === undefined ? definition.defaultProfile?.[equipment.device?.kind ?? 'cpu'] : undefined;
    const profile = options.profile ?? (typeof kept === 'string' ? kept : byDevice);
    const profileFrom =
      profile === undefined
        ? undefined
        : options.profile !== undefined
          ? 'flag'
          : kept === profile
            ? 'study'
            : 'device';
    const settings = settingsOf(definition, profile, options);
    const { seed } = options;
    const study = await openDefinedStudy(definition, storage, { seed, settings: settings.trial, profile });
    const target = options.trials ?? definition.trials ?? DEFAULT_TRIALS;
    const folder = resultsFolder(name);
    const continued = existing !== undefined;
    return { ...equipment, study, target, folder, settings, profile, profileFrom, continued };
  } catch (error) {
    await storage.close();
    throw error;
  }
}
