import { existsSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '../../base/json.ts';
import type { FlatParams } from '../../space/search-space.ts';
import type { Settings } from '../../study/definition/definition.ts';
import type { Emit } from '../events/run-event.ts';
import type { StopSwitch } from '../events/stop-switch.ts';
import { readJson, writeJson } from '../results.ts';
import { hashOfFile } from '../study-file.ts';
import { prepare } from './preparation.ts';
import { STOPPED, type WorkerSlot } from './worker-slot.ts';

/** A configuration to train on the full schedule, and where. */
export interface RetrainingOptions {
  readonly study: string;
  readonly studyFile: string;
  readonly studySeed: number;
  /** The trial whose parameters they are; undefined for a configuration from a file. */
  readonly trial: number | undefined;
  readonly params: FlatParams;
  readonly settings: Settings;
  /** The settings of the trials, with which the study prepares itself. */
  readonly trialSettings: Settings;
  /** The study's folder; the results go to `retrain/` in it. */
  readonly folder: string;
  /** Train again even if `retrain/` holds the results of the same configuration. */
  readonly again: boolean;
  readonly slot: WorkerSlot;
  readonly stop: StopSwitch;
  readonly emit: Emit;
}

/**
 * Trains a configuration on the full schedule. It works in a folder beside `retrain/`, which takes its name when all is
 * done: an earlier `retrain/` is lost only to a finished one.
 *
 * @returns whether it ran to its end (or had before); false if the run was told to stop.
 * @throws what the study's `retrain.run` threw, or WorkerDied.
 */
export async function retrain(options: RetrainingOptions): Promise<boolean> {
  const { study, studyFile, studySeed, trial, params, settings, slot, stop, emit } = options;
  const folder = join(options.folder, 'retrain');
  const summary = join(folder, 'metrics.json');
  const configuration = { study, trial: trial ?? null, params, settings, studySeed, studyFile: hashOfFile(studyFile) };
  if (!options.again && isDeepStrictEqual(readConfiguration(summary), configuration)) {
    emit({ type: 'retrain-skipped', folder });
    return true;
  }
  await prepare(slot, options.trialSettings, stop);
  if (stop.draining) return false;
  emit({ type: 'retrain-started', trial, params, settings });
  const startedAt = performance.now();
  const partial = resolve(options.folder, 'retrain.partial');
  const discard = () => rmSync(partial, { recursive: true, force: true });
  discard(); // what a killed one has left
  const order = { params, trialNumber: trial, settings, studySeed, folder: partial };
  const metrics = await slot
    .runUnlessStopped(stop, { phase: 'retrain' }, (worker) => worker.request('retrain', order))
    .catch((error: unknown) => {
      discard();
      throw error;
    });
  if (metrics === STOPPED) {
    discard(); // a retraining that is stopped starts anew
    return false;
  }
  const elapsedMs = performance.now() - startedAt;
  writeJson(join(partial, 'metrics.json'), {
    configuration,
    elapsedMs: Math.round(elapsedMs),
    metrics: metrics ?? null,
  });
  const old = `${resolve(folder)}.old`;
  rmSync(old, { recursive: true, force: true });
  if (existsSync(folder)) renameSync(folder, old);
  renameSync(partial, folder);
  rmSync(old, { recursive: true, force: true });
  emit({ type: 'retrain-finished', folder, metrics: metrics ?? null, elapsedMs });
  return true;
}

function readConfiguration(summary: string): JsonValue | undefined {
  const content = readJson(summary);
  return typeof content === 'object' && content !== null && 'configuration' in content
    ? content.configuration
    : undefined;
}
