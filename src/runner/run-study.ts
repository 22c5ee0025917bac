import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { median } from '../pruner/median.ts';
import { tpe } from '../sampler/tpe/sampler.ts';
import { openStorage } from '../storage/open-storage.ts';
import type { Device, Settings, StudyDefinition } from '../study/definition.ts';
import { createStudy, DEFAULT_STORAGE } from '../study/open-study.ts';
import type { Study } from '../study/study.ts';
import { PROFILE_KEY } from '../study/study-keys.ts';
import { prepare } from './preparation.ts';
import { resultsFolder, writeBest } from './results.ts';
import { retrain } from './retraining.ts';
import type { Best, Counts, Emit, RunEvent } from './run-event.ts';
import { runTrials } from './run-trials.ts';
import { partAssignments, retrainSettings, trialSettings } from './settings.ts';
import type { StopSwitch } from './stop-switch.ts';
import { loadStudyFile } from './study-file.ts';
import { bestSoFar, countsOf } from './tally.ts';
import { WorkerSlot } from './worker-slot.ts';

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
  /** How many worker processes. Default: one on a GPU, else as many as cores. */
  readonly workers?: number | undefined;
  readonly seed?: number | undefined;
  readonly profile?: string | undefined;
  /** `name=value` settings. */
  readonly assignments?: readonly string[];
  /** Added to the workers' environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether to retrain the winner, where the study says how. Default true. */
  readonly retrain?: boolean;
  readonly emit: Emit;
  readonly stop: StopSwitch;
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
 * @throws HpoError for anything wrong with the file, the options, the database or the backend.
 */
export async function runStudy(options: RunOptions): Promise<RunResult> {
  const startedAt = performance.now();
  const definition = await loadStudyFile(options.studyFile);
  settingsOf(definition, options.profile, options); // refuses bad ones before anything is started or written
  const { emit, stop } = options;
  const slotOptions = { studyFile: resolve(options.studyFile), env: options.env ?? {}, emit };
  const first = new WorkerSlot(0, slotOptions);
  const slots = [first];
  try {
    const device = await first.run({ phase: 'prepare' }, (worker) => worker.request('device', undefined));
    const plan = await openPlan(definition, device, options);
    const { study, settings } = plan;
    try {
      const workers = options.workers ?? (device?.kind === 'gpu' ? 1 : availableParallelism());
      const target = options.trials ?? definition.trials ?? DEFAULT_TRIALS;
      const trials = await study.trials();
      const folder = resultsFolder(definition.name);
      emit({
        type: 'run-started',
        study: study.name,
        storage: study.storageUrl,
        directions: study.directions,
        sampler: plan.sampler,
        pruner: plan.pruner,
        seed: study.seed,
        target,
        counts: countsOf(trials),
        best: bestSoFar(trials, study.directions),
        workers,
        device,
        profile: plan.profile,
        profileFrom: plan.profileFrom,
        settings: settings.trial,
        folder,
        continued: plan.continued,
      });
      for (const { number } of await study.recover()) {
        emit({ type: 'trial-requeued', trial: number, reason: 'owner-died' });
      }
      const willTrain = definition.retrain !== undefined && options.retrain !== false && study.directions.length === 1;
      if ((await study.progress()).finished < target || willTrain) await prepare(first, settings.trial, stop);
      while (slots.length < workers) slots.push(new WorkerSlot(slots.length, slotOptions));
      const endsAt = options.timeoutMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + options.timeoutMs;
      const trialTimeoutMs = definition.trialTimeoutMs;
      await runTrials({ study, slots, target, endsAt, trialTimeoutMs, settings: settings.trial, stop, emit });
      await Promise.all(slots.slice(1).map((slot) => slot.stop())); // retraining has the machine for itself

      const best = bestSoFar(await study.trials(), study.directions);
      if (best !== undefined) {
        const { params, trial, value } = best;
        const file = writeBest(folder, resolve(options.studyFile), {
          study: study.name,
          trial,
          value,
          params,
          settings: settings.trial,
          profile: plan.profile ?? null,
          studySeed: study.seed,
          storage: study.storageUrl,
          device: device ?? null,
        });
        emit({ type: 'best-written', file });
        if (willTrain && !stop.draining) {
          await retrain({
            study: study.name,
            studyFile: resolve(options.studyFile),
            studySeed: study.seed,
            trial,
            params,
            settings: settings.retrain,
            folder,
            again: false,
            slot: first,
            stop,
            emit,
          });
        }
      }
      const finished = countsOf(await study.trials());
      const total = finished.complete + finished.pruned + finished.failed;
      const reason = stop.draining ? 'interrupted' : total < target ? 'timeout' : 'done';
      emit({ type: 'run-finished', reason, counts: finished, best, elapsedMs: performance.now() - startedAt });
      return { reason, counts: finished, best };
    } finally {
      await study.close();
    }
  } finally {
    await Promise.all(slots.map((slot) => slot.stop()));
  }
}

interface RunSettings {
  readonly trial: Settings;
  readonly retrain: Settings;
}

function settingsOf(definition: StudyDefinition, profile: string | undefined, options: RunOptions): RunSettings {
  const assignments = partAssignments(options.assignments ?? []);
  const trial = trialSettings(definition, profile, assignments.trial);
  return { trial, retrain: retrainSettings(definition, profile, trial, assignments.retrain) };
}

interface Plan {
  readonly study: Study;
  readonly settings: RunSettings;
  readonly profile: string | undefined;
  readonly profileFrom: Extract<RunEvent, { type: 'run-started' }>['profileFrom'];
  readonly sampler: string;
  readonly pruner: string;
  readonly continued: boolean;
}

/** Decides on profile and settings, and creates the study or opens the one that is there. */
async function openPlan(definition: StudyDefinition, device: Device | undefined, options: RunOptions): Promise<Plan> {
  const { name, space, directions } = definition;
  const storage = await openStorage(options.storage ?? DEFAULT_STORAGE, { create: true });
  try {
    const existing = await storage.findStudy(name);
    const kept = existing?.systemAttrs[PROFILE_KEY];
    const byDevice = existing === undefined ? definition.defaultProfile?.[device?.kind ?? 'cpu'] : undefined;
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
    const sampler = definition.sampler ?? tpe();
    const pruner = definition.pruner ?? median();
    // The seed in the file is for a new study; one on the command line must agree with a study that is there.
    const seed = options.seed ?? (existing === undefined ? definition.seed : undefined);
    const study = await createStudy({
      name,
      space,
      storage,
      directions,
      sampler,
      pruner,
      ...(seed !== undefined && { seed }),
      settings: settings.trial,
      profile,
      ifExists: 'load',
    });
    const names = { sampler: sampler.name, pruner: pruner.name };
    return { study, settings, profile, profileFrom, ...names, continued: existing !== undefined };
  } catch (error) {
    await storage.close();
    throw error;
  }
}
