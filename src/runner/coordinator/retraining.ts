import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '../../base/json.ts';
import type { FlatParams } from '../../space/search-space.ts';
import { isStorageFault, isStudyGone } from '../../storage/storage-errors.ts';
import type { Settings } from '../../study/definition/definition.ts';
import type { Emit } from '../../study/run-event.ts';
import type { StudyRight } from '../../study/study-right.ts';
import type { StopSwitch } from '../events/stop-switch.ts';
import { readJson, writeJson } from '../results.ts';
import { hashOfFile } from '../study-file.ts';
import { PartialFolder, removeAbandoned } from './partial-folder.ts';
import { RetrainingCheckpoints, type TrialCheckpointsToTake } from './retraining-checkpoints.ts';
import { STOPPED, type WorkerSlot } from './worker-slot.ts';

/** A configuration to train on the full schedule, and the place to do so. */
export interface RetrainingOptions {
  readonly study: string;
  readonly studyFile: string;
  readonly studySeed: number;
  /** The trial that the parameters come from; undefined for a configuration from a file. */
  readonly trial: number | undefined;
  readonly params: FlatParams;
  readonly settings: Settings;
  /** The settings of the trials, with which the study's `prepare` is called. */
  readonly trialSettings: Settings;
  /** The study's folder; the results go to `retrain/` in it. */
  readonly folder: string;
  /** Whether to train even if `retrain/` holds the results of the same configuration. */
  readonly again: boolean;
  /** The checkpoints of the trial that the retraining begins with, unless it goes on. */
  readonly take?: TrialCheckpointsToTake | undefined;
  /** The right to retrain. If it is lost, the retraining ends, and throws the reason for the loss. */
  readonly right?: StudyRight;
  readonly slot: WorkerSlot;
  readonly stop: StopSwitch;
  readonly emit: Emit;
}

/**
 * Trains a configuration on the full schedule, in a {@link PartialFolder} that becomes `retrain/` when all is done.
 *
 * @returns whether it ran to its end (or had before); false if the run was stopped.
 * @throws the error of the study's `retrain.run`, or HpoError HPO_WORKER if the worker died during it.
 */
export async function retrain(options: RetrainingOptions): Promise<boolean> {
  const { study, studyFile, studySeed, trial, params, settings, right, slot, stop, emit } = options;
  const folder = join(options.folder, 'retrain');
  const summary = join(folder, 'metrics.json');
  const configuration = { study, trial: trial ?? null, params, settings, studySeed, studyFile: hashOfFile(studyFile) };
  if (!options.again && isDeepStrictEqual(readConfiguration(summary), configuration)) {
    removeAbandoned(folder);
    await RetrainingCheckpoints.removeFinished(options.folder, trial, configuration);
    emit({ type: 'retrain-skipped', folder });
    return true;
  }
  await slot.prepare(options.trialSettings, stop);
  if (stop.draining) return false;
  const checkpoints = await RetrainingCheckpoints.open(options.folder, trial, configuration, options.take);
  const { from, afterStep } = checkpoints;
  emit({ type: 'retrain-started', trial, params, settings, from: from ?? undefined, afterStep });
  const startedAt = performance.now();
  const partial = new PartialFolder(folder);
  let isDone = false;
  const end = () => void slot.stop();
  let elapsedMs: number;
  let metrics: JsonValue | undefined | typeof STOPPED;
  try {
    const { start } = checkpoints;
    const order = { params, trialNumber: trial, settings, studySeed, folder: partial.path, checkpoints: start };
    const assignment = { phase: 'retrain', checkpoints } as const;
    right?.loss.signal.addEventListener('abort', end);
    metrics = await slot.runUnlessStopped(stop, assignment, (worker) => worker.request('retrain', order));
    if (metrics === STOPPED) return false; // the next time it goes on from its checkpoint
    elapsedMs = performance.now() - startedAt;
    writeJson(join(partial.path, 'metrics.json'), {
      configuration,
      from,
      elapsedMs: Math.round(elapsedMs),
      metrics: metrics ?? null,
    });
    if (right !== undefined && !(await isStillOurs(right))) throw right.loss.reason;
    await partial.finish();
    isDone = true;
  } finally {
    right?.loss.signal.removeEventListener('abort', end);
    partial.discard();
    await checkpoints.finish(isDone);
  }
  emit({ type: 'retrain-finished', folder, metrics: metrics ?? null, elapsedMs });
  return true;
}

/** The line about parameters that a trial lacks and that were drawn for its retraining. */
export function drawnMessage(trial: number, drawn: FlatParams): string {
  const names = Object.keys(drawn);
  const drawnAs = names.map((name) => `${name}=${JSON.stringify(drawn[name])}`).join(' ');
  const lacks = names.map((name) => `\`${name}\``).join(', ');
  return `trial ${trial} was run without ${lacks}; for its retraining the study's seed has drawn ${drawnAs}`;
}

/**
 * Whether the right is still ours. A storage that fails, or has lost the study, does not make a trained model
 * worthless.
 */
async function isStillOurs(right: StudyRight): Promise<boolean> {
  try {
    return await right.confirm();
  } catch (error) {
    if (isStorageFault(error) || isStudyGone(error)) return true;
    throw error;
  }
}

function readConfiguration(summary: string): JsonValue | undefined {
  const content = readJson(summary);
  return typeof content === 'object' && content !== null && 'configuration' in content
    ? content.configuration
    : undefined;
}
