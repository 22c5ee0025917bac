import { isDeepStrictEqual } from 'node:util';
import { machineCapacity } from '../../machine/capacity.ts';
import type { Device } from '../../machine/device.ts';
import type { Storage, StudyRecord } from '../../storage/storage.ts';
import type { Settings, StudyDefinition } from '../../study/definition/definition.ts';
import { findStudy } from '../../study/find-study.ts';
import { openDefinedStudy } from '../../study/open-defined-study.ts';
import { ownSettings } from '../../study/own-settings.ts';
import type { RunEvent } from '../../study/run-event.ts';
import type { Study } from '../../study/study.ts';
import { CODE_KEY, PROFILE_KEY, SETTINGS_KEY } from '../../study/study-keys.ts';
import { type TargetFromNow, targetFromNow } from '../../study/study-target.ts';
import { resultsFolder } from '../results.ts';
import { changedSettings, partAssignments, RETRAIN_PREFIX, retrainSettings, trialSettings } from '../settings.ts';
import type { ResumeOptions, RunOptions } from './run-options.ts';
import { defaultWorkers, memoryWarning } from './worker-count.ts';
import type { WorkerProcess } from './worker-process.ts';

/** The device that a run computes on, and the number of its workers, with the reason for it unless the user gave it. */
export interface Equipment {
  readonly device: Device | undefined;
  readonly workers: number;
  readonly workersReason: string | undefined;
}

/** The settings of a run's trials and of its retraining. */
export interface RunSettings {
  readonly trial: Settings;
  readonly retrain: Settings;
}

/** Everything about a run that is decided before its first trial. */
export interface RunPlan extends Equipment {
  readonly definition: StudyDefinition;
  readonly study: Study;
  readonly storage: Storage;
  readonly record: StudyRecord;
  readonly target: TargetFromNow;
  readonly folder: string;
  readonly settings: RunSettings;
  readonly profile: string | undefined;
  readonly profileFrom: Extract<RunEvent, { type: 'run-started' }>['profileFrom'];
  readonly continued: boolean;
  /** The hash of the code that runs the trials, and that of the code that the study was begun with. */
  readonly code: { readonly own: string; readonly ofStudy: string };
  /** The settings of the trial that the run continues; undefined where they are the study's. */
  readonly resumedSettings: Settings | undefined;
}

/** Asks a worker for its device and, unless the user gave a number, for the number of trials that share it best. */
export async function equipmentOf(worker: WorkerProcess, { workers, gpus, emit }: RunOptions): Promise<Equipment> {
  const device = await worker.request('device', undefined);
  const memory = await worker.request('residentBytes', undefined);
  const capacity = machineCapacity();
  if (workers !== undefined) {
    const message = memoryWarning(workers, capacity, memory);
    if (message !== undefined) emit({ type: 'warning', message });
    return { device, workers, workersReason: undefined };
  }
  if (device?.kind !== 'gpu') {
    const { workers, reason } = defaultWorkers(capacity, memory);
    return { device, workers, workersReason: reason };
  }
  const packing = await worker.request('packing', undefined);
  return { device, workers: (gpus?.length ?? 1) * (packing?.trials ?? 1), workersReason: packing?.reason };
}

/**
 * The settings of a run.
 * @throws HpoError HPO_INVALID_ARGUMENT for a profile or an assignment that the study does not have.
 */
export function settingsOf(
  definition: StudyDefinition,
  profile: string | undefined,
  { assignments = [] }: RunOptions,
): RunSettings {
  const parts = partAssignments(assignments);
  const trial = trialSettings(definition, profile, parts.trial);
  return { trial, retrain: retrainSettings(definition, profile, trial, parts.retrain, RETRAIN_PREFIX) };
}

/**
 * Decides on profile and settings, and creates the study or opens the existing one.
 * @param code a hash of the code that runs the trials.
 * @param storage closed if that fails.
 */
export async function openPlan(
  definition: StudyDefinition,
  { code, ...equipment }: Equipment & { readonly code: string },
  options: RunOptions,
  storage: Storage,
): Promise<RunPlan> {
  const { name } = definition;
  const folder = resultsFolder(name);
  const { resume, strictCode, role } = options;
  try {
    const existing = resume === undefined ? await storage.findStudy(name) : await findStudy(storage, name);
    const kept = existing?.systemAttrs[PROFILE_KEY];
    // An existing study may not have been run yet: it has only enqueued trials, or Optuna has made it.
    const isFirstRun = existing?.systemAttrs[SETTINGS_KEY] === undefined;
    const byDevice = isFirstRun ? definition.defaultProfile?.[equipment.device?.kind ?? 'cpu'] : undefined;
    const profile = options.profile ?? (typeof kept === 'string' ? kept : byDevice);
    const from = options.profile !== undefined ? 'flag' : kept === profile ? 'study' : 'device';
    const settings = settingsToRun(existing, settingsOf(definition, profile, options), options);
    const { seed, retries, newParams, checkpoints, keepCheckpoints, parts } = options;
    const given = {
      parts,
      seed,
      retries,
      newParams,
      settings: settings.trial,
      profile,
      checkpoints,
      keepCheckpoints,
    };
    const terms = { code: { hash: code, isStrict: strictCode }, isSameSpace: role === 'worker' };
    const study = await openDefinedStudy(definition, storage, given, terms);
    const ofStudy = study.marks[CODE_KEY] === undefined ? code : String(study.record.systemAttrs[CODE_KEY]);
    const resumedSettings = resume && (await settingsToResume(study, settings.trial, resume));
    return {
      ...equipment,
      definition,
      study,
      storage,
      record: study.record,
      target: await targetOf(study, storage, definition, options),
      folder,
      settings,
      profile,
      profileFrom: profile === undefined ? undefined : from,
      continued: existing !== undefined,
      resumedSettings,
      code: { own: code, ofStudy },
    };
  } catch (error) {
    await storage.close();
    throw error;
  }
}

/** The target of a run, stored with its study; for a trial that goes on, one more than there are. */
async function targetOf(
  study: Study,
  storage: Storage,
  { trials: declared }: StudyDefinition,
  { trials: flag, role, resume }: RunOptions,
): Promise<TargetFromNow> {
  if (resume !== undefined) return { trials: (await study.finishedCount()) + 1, from: 'flag', former: undefined };
  return targetFromNow(storage, study.record, { flag, declared, isWorker: role === 'worker' });
}

/** The settings of a run: those that the command names, and for a trial that goes on those of its study. */
function settingsToRun(existing: StudyRecord | undefined, named: RunSettings, { resume }: RunOptions): RunSettings {
  const stored = existing && ownSettings(existing);
  return resume === undefined || stored === undefined ? named : { ...named, trial: stored };
}

/**
 * The settings of a trial that goes on: the finished one's, and those that the command changes.
 * @returns undefined where they are the study's.
 * @throws HpoError if the trial cannot go on, or has no such setting.
 */
async function settingsToResume(
  study: Study,
  ofStudy: Settings,
  { trial, assignments }: ResumeOptions,
): Promise<Settings | undefined> {
  await study.checkResume(trial);
  const former = (await study.trials())[trial];
  const wanted = changedSettings((former && ownSettings(former)) ?? ofStudy, assignments);
  return isDeepStrictEqual({ ...wanted }, { ...ofStudy }) ? undefined : wanted;
}
