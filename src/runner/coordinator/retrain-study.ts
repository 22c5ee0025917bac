import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { HpoError } from '../../base/errors.ts';
import { ownValue } from '../../base/own-value.ts';
import type { ParamValue } from '../../space/distribution.ts';
import { flattenParams, type NestedParams } from '../../space/nested-params.ts';
import type { FlatParams } from '../../space/search-space.ts';
import { DEFAULT_STORAGE } from '../../storage/default-storage.ts';
import { withStorage } from '../../storage/with-storage.ts';
import type { Settings, StudyDefinition } from '../../study/definition/definition.ts';
import { findStudy } from '../../study/find-study.ts';
import { pickTrial } from '../../study/stored-study.ts';
import { PROFILE_KEY, SEED_KEY, SETTINGS_KEY } from '../../study/study-keys.ts';
import type { Emit } from '../events/run-event.ts';
import type { StopSwitch } from '../events/stop-switch.ts';
import { requireWritable, resultsFolder } from '../results.ts';
import { retrainSettings, trialSettings } from '../settings.ts';
import { loadStudyFile } from '../study-file.ts';
import { watchGpus } from './gpu-watch.ts';
import { retrain } from './retraining.ts';
import { STOPPED, WorkerSlot } from './worker-slot.ts';

/** The options of a retraining by itself. */
export interface RetrainStudyOptions {
  readonly studyFile: string;
  readonly storage?: string | undefined;
  /** The trial to take; default the best one. */
  readonly trial?: number | undefined;
  /** A file to take the configuration from instead: `best.json`, or a plain object of parameters. */
  readonly config?: string | undefined;
  /** Default: the one kept with the study or in the file, else the study's default for the device. */
  readonly profile?: string | undefined;
  /** `name=value` settings of the retraining. */
  readonly assignments: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Numbers of GPUs, of which the first is taken. Default: the one that the backend prefers. */
  readonly gpus?: readonly number[] | undefined;
  readonly emit: Emit;
  readonly stop: StopSwitch;
}

/** A configuration to train, and what is known of where it comes from. */
interface Configuration {
  readonly params: FlatParams;
  readonly trial: number | undefined;
  readonly profile: string | undefined;
  readonly settings: Settings | undefined;
  readonly seed: number | undefined;
  /** Where it stands, for messages. */
  readonly source: string;
}

/**
 * Trains one configuration of a study on the full schedule.
 * @returns whether it ran to its end.
 * @throws HpoError HPO_NOTHING_TO_SHOW where there is no such trial, HPO_INVALID_ARGUMENT for a file that holds none.
 */
export async function retrainStudy(options: RetrainStudyOptions): Promise<boolean> {
  const definition = await loadStudyFile(options.studyFile);
  if (definition.retrain === undefined) {
    throw new HpoError('HPO_STUDY_FILE', `${options.studyFile} has no \`retrain\`; add it to defineStudy({ … }).`);
  }
  requireWritable(resultsFolder(definition.name));
  const found = options.config === undefined ? await fromStorage(definition, options) : fromFile(options.config);
  const params = checkedParams(definition, found);
  const { emit, stop, env, gpus, assignments } = options;
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
      studySeed: found.seed ?? definition.seed ?? 0,
      trial: found.trial,
      params,
      settings,
      trialSettings: ofTrials,
      folder: resultsFolder(definition.name),
      again: true,
      slot,
      stop,
      emit,
    });
  } finally {
    unwatch?.();
    await slot.stop();
  }
}

async function fromStorage(definition: StudyDefinition, options: RetrainStudyOptions): Promise<Configuration> {
  return withStorage(options.storage ?? DEFAULT_STORAGE, { create: false }, async (storage) => {
    const record = await findStudy(storage, definition.name);
    const { trials } = await storage.changesSince(record);
    const trial = pickTrial({ record, trials, storageLabel: storage.label }, options.trial);
    const { [PROFILE_KEY]: profile, [SETTINGS_KEY]: settings, [SEED_KEY]: seed } = record.systemAttrs;
    return {
      params: trial.params,
      trial: trial.number,
      profile: typeof profile === 'string' ? profile : undefined,
      settings: typeof settings === 'object' && settings !== null ? (settings as Settings) : undefined,
      seed: typeof seed === 'number' ? seed : undefined,
      source: `trial ${trial.number} of '${record.name}'`,
    };
  });
}

function fromFile(path: string): Configuration {
  const refuse = (why: string, cause?: unknown): never => {
    const mend = 'name a best.json, or a file with an object of parameters';
    throw new HpoError('HPO_INVALID_ARGUMENT', `--config ${path} ${why}; ${mend}.`, { cause });
  };
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const unread = code === 'ENOENT' ? 'is not there' : code === 'EISDIR' ? 'is a folder' : 'cannot be read';
    return refuse(cause instanceof SyntaxError ? 'is not JSON' : unread, cause);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    return refuse('holds no object of parameters');
  }
  const { params, trial, profile, settings, studySeed } = content as Record<string, unknown>;
  const isBestFile = typeof params === 'object' && params !== null;
  return {
    params: flattenParams((isBestFile ? params : content) as NestedParams),
    trial: isBestFile && typeof trial === 'number' ? trial : undefined,
    profile: isBestFile && typeof profile === 'string' ? profile : undefined,
    settings: isBestFile && typeof settings === 'object' && settings !== null ? (settings as Settings) : undefined,
    seed: isBestFile && typeof studySeed === 'number' ? studySeed : undefined,
    source: path,
  };
}

/** The configuration's parameters as they are stored, each that the space declares checked against it. */
function checkedParams(definition: StudyDefinition, found: Configuration): FlatParams {
  const declared: [string, ParamValue][] = [];
  definition.space.assemble((name, distribution) => {
    const value = ownValue(found.params, name);
    if (value !== undefined && distribution.contains(value)) {
      declared.push([name, value]);
      return value;
    }
    const problem =
      value === undefined ? 'is missing' : `is ${JSON.stringify(value)}, which is no value of ${distribution}`;
    throw new HpoError('HPO_INVALID_ARGUMENT', `${found.source}: \`${name}\` ${problem}.`, { data: { name, value } });
  });
  return { ...definition.space.undeclared(found.params), ...Object.fromEntries(declared) };
}
