import { resolve } from 'node:path';
import { HpoError } from '../../base/errors.ts';
import { checkFolder } from '../../base/made-folder.ts';
import { defaultStorage } from '../../storage/default-storage.ts';
import { withStorage } from '../../storage/with-storage.ts';
import { CheckpointRoot, checkpointsFolder } from '../../study/checkpoints/checkpoint-root.ts';
import { completedParams } from '../../study/completed-params.ts';
import type { Settings, StudyDefinition } from '../../study/definition/definition.ts';
import { findStudy } from '../../study/find-study.ts';
import { ownSettings } from '../../study/own-settings.ts';
import type { Emit } from '../../study/run-event.ts';
import { incompatibleParams, isRecordedWith } from '../../study/space-changes.ts';
import { pickTrial } from '../../study/stored-study.ts';
import { PROFILE_KEY, SEED_KEY, SETTINGS_KEY, SPACE_KEY } from '../../study/study-keys.ts';
import type { Configuration } from '../configuration.ts';
import { configurationFromFile } from '../configuration-file.ts';
import type { StopSwitch } from '../events/stop-switch.ts';
import { resultsFolder } from '../results.ts';
import { retrainSettings, trialSettings } from '../settings.ts';
import { loadStudyFile } from '../study-file.ts';
import { watchGpus } from './gpu-watch.ts';
import { drawnMessage, retrain } from './retraining.ts';
import { type TrialCheckpointsToTake, toTake } from './retraining-checkpoints.ts';
import { STOPPED, WorkerSlot } from './worker-slot.ts';

/** The options of {@link retrainStudy}. */
export interface RetrainStudyOptions {
  readonly studyFile: string;
  readonly storage?: string | undefined;
  /** The number of the trial; default: the best one. */
  readonly trial?: number | undefined;
  /** A file to take the configuration from instead: `best.json`, or an object of parameters, in JSON or YAML. */
  readonly config?: string | undefined;
  /**
   * The profile of the settings. Default: the one stored with the study or in the file, else the study's default for
   * the device.
   */
  readonly profile?: string | undefined;
  /** Draw the parameters of the space that the trial lacks. Default false: the trial is refused. */
  readonly newParams?: boolean | undefined;
  /** The folder of the trials' checkpoints. Default: `checkpoints` in the study's folder of results. */
  readonly checkpoints?: string | undefined;
  /** `name=value` settings of the retraining. */
  readonly assignments: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Numbers of GPUs, of which the first is taken. Default: the one that the backend prefers. */
  readonly gpus?: readonly number[] | undefined;
  readonly emit: Emit;
  readonly stop: StopSwitch;
}

/**
 * Trains one configuration of a study on the full schedule.
 * @returns whether it ran to its end.
 * @throws HpoError HPO_NOTHING_TO_SHOW where there is no such trial, HPO_STUDY_DIFFERS for a trial whose parameters are
 *   not the space's, HPO_INVALID_ARGUMENT for a file that holds no configuration of the study.
 */
export async function retrainStudy(options: RetrainStudyOptions): Promise<boolean> {
  const definition = await loadStudyFile(options.studyFile);
  if (definition.retrain === undefined) {
    throw new HpoError('HPO_STUDY_FILE', `${options.studyFile} has no \`retrain\`; add it to defineStudy({ … }).`);
  }
  const folder = resultsFolder(definition.name);
  checkFolder(folder, 'results');
  const { emit, stop, env, gpus, assignments, config } = options;
  const found =
    config === undefined
      ? await fromStorage(definition, options)
      : { ...configurationFromFile(config, definition), take: undefined };
  for (const message of found.warnings) emit({ type: 'warning', message });
  const slot = new WorkerSlot(0, { studyFile: resolve(options.studyFile), env, gpus, emit });
  const askDevice = () =>
    slot.runUnlessStopped(stop, { phase: 'prepare' }, (worker) => worker.request('device', undefined));
  let unwatch: (() => void) | undefined;
  try {
    let profile = options.profile ?? found.profile;
    if (profile === undefined && found.settings === undefined) {
      const device = await askDevice();
      if (device === STOPPED) return false;
      profile = definition.defaultProfile?.[device?.kind ?? 'cpu'];
    }
    const ofTrials = found.settings ?? trialSettings(definition, profile, []);
    const settings = retrainSettings(definition, profile, ofTrials, assignments);
    const device = await askDevice();
    if (device === STOPPED) return false;
    unwatch = watchGpus(device, gpus, emit);
    return await retrain({
      study: definition.name,
      studyFile: resolve(options.studyFile),
      studySeed: found.studySeed ?? definition.seed ?? 0,
      trial: found.trial,
      params: found.params,
      settings,
      trialSettings: ofTrials,
      folder,
      again: true,
      take: found.take,
      slot,
      stop,
      emit,
    });
  } finally {
    unwatch?.();
    await slot.stop();
  }
}

/** A trial's configuration, completed with the parameters that the space has now and the trial lacks. */
async function fromStorage(
  definition: StudyDefinition,
  options: RetrainStudyOptions,
): Promise<Configuration & { readonly take: TrialCheckpointsToTake | undefined }> {
  const { space } = definition;
  return withStorage(options.storage ?? defaultStorage(), { create: false }, async (storage) => {
    const record = await findStudy(storage, definition.name);
    const trial = await pickTrial(storage, record, options.trial);
    const fail = (problem: string): never => {
      const where = `Trial ${trial.number} of '${record.name}' in ${storage.label}`;
      throw new HpoError('HPO_STUDY_DIFFERS', `${where} cannot be retrained: ${problem}.`, { data: trial.params });
    };
    const [problem, ...others] = incompatibleParams([trial], space);
    if (problem !== undefined) fail([problem, ...others].join('; '));
    const { [PROFILE_KEY]: profile, [SETTINGS_KEY]: settings, [SEED_KEY]: seed } = record.systemAttrs;
    const studySeed = typeof seed === 'number' ? seed : (definition.seed ?? 0);
    const { flatParams, drawn } = completedParams(space, trial, studySeed);
    const lacking = Object.keys(drawn);
    const isKnown = options.newParams || isRecordedWith(record.systemAttrs[SPACE_KEY], space);
    if (lacking.length > 0 && !isKnown) {
      const names = lacking.map((name) => `\`${name}\``).join(', ');
      fail(`it has no ${names}; --new-params draws what it lacks, by the study's seed`);
    }
    const root = new CheckpointRoot(checkpointsFolder(record, options.checkpoints));
    const isFromTrial = definition.retrain?.from === 'checkpoint';
    const ofStudy = typeof settings === 'object' && settings !== null ? (settings as Settings) : undefined;
    return {
      params: flatParams,
      trial: trial.number,
      profile: typeof profile === 'string' ? profile : undefined,
      settings: ownSettings(trial) ?? ofStudy,
      studySeed,
      warnings: lacking.length > 0 ? [drawnMessage(trial.number, drawn)] : [],
      take: isFromTrial ? await toTake(trial, root, options.emit) : undefined,
    };
  });
}
