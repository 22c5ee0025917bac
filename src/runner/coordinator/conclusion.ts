import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '../../base/json.ts';
import { isFileLost, isStudyGone } from '../../storage/storage-errors.ts';
import type { Settings } from '../../study/definition/definition.ts';
import { nameOfHolder } from '../../study/live-holders.ts';
import { ownSettings } from '../../study/own-settings.ts';
import { CONCLUSION_KEY } from '../../study/study-keys.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { writeBest } from '../results.ts';
import { partAssignments, RETRAIN_PREFIX, retrainSettings } from '../settings.ts';
import { drawnMessage, retrain } from './retraining.ts';
import { toTake } from './retraining-checkpoints.ts';
import type { RunOptions } from './run-options.ts';
import type { RunPlan } from './run-plan.ts';
import type { WorkerSlot } from './worker-slot.ts';

/** A run whose search is over. */
export interface Searched {
  readonly plan: RunPlan;
  /** The worker that retrains the winner. */
  readonly slot: WorkerSlot;
  /** Whether trials failed in a row for the same reason, which would make a retraining fail, too. */
  readonly isFailing: boolean;
}

/**
 * Writes `best.json` and retrains the winner, where the study declares a retraining. One of several coordinators of a
 * study does so: the one that has the right to conclude it. The others report that it does, or has done so since they
 * began.
 */
export async function conclude({ plan, slot, isFailing }: Searched, options: RunOptions): Promise<void> {
  const { study, settings, folder, definition } = plan;
  const { emit, control, studyFile } = options;
  const { stop } = control;
  if (definition.retrain === undefined || options.retrain === false || isFailing || stop.draining) {
    await exportBest(plan, options);
    return;
  }
  const right = study.conclusion();
  const taken = await right.take({
    onWait: (holder) => {
      const message = `waiting for a sign of life from ${nameOfHolder(holder)}, which was concluding this study`;
      emit({ type: 'warning', message: `${message}; ${holder.graceMs / 1000} s at most` });
    },
    isOver: () => stop.draining,
  });
  if (taken === 'unknown') {
    await exportBest(plan, options);
    return;
  }
  if (taken !== 'ours') {
    emit({ type: 'concluded-elsewhere', by: nameOfHolder(taken.holder) });
    return;
  }
  let note = right.note;
  try {
    const best = await exportBest(plan, options);
    if (best === undefined) return;
    const { number, params } = best;
    const retrainingSettings = settingsFor(best, plan, options);
    const conclusion = { trial: number, settings: retrainingSettings };
    const former = conclusionOf(note);
    const isDone = former.count > conclusionOf(plan.record.systemAttrs[CONCLUSION_KEY]).count;
    if (isDone && isDeepStrictEqual(former.conclusion, conclusion)) {
      emit({ type: 'concluded-elsewhere', by: 'another process, while this one ran trials,' });
      return;
    }
    const isRetrained = await retrain({
      study: study.name,
      studyFile: resolve(studyFile),
      studySeed: study.seed,
      trial: number,
      params: { ...params, ...study.drawnParams(best) },
      settings: retrainingSettings,
      trialSettings: settings.trial,
      folder,
      again: false,
      take: definition.retrain.from === 'checkpoint' ? await toTake(best, study.checkpoints, emit) : undefined,
      right,
      slot,
      stop,
      emit,
    });
    if (isRetrained) note = { count: former.count + 1, conclusion };
  } catch (error) {
    if (right.loss.reason === undefined) throw error;
    emit({ type: 'concluded-elsewhere', by: 'another process, while this one did not respond,' });
  } finally {
    await right.release(note).catch((error: Error) => {
      if (isFileLost(error) || isStudyGone(error)) return; // the run ends with a message about it
      emit({ type: 'warning', message: error.message });
    });
  }
}

/** The settings of the retraining of a trial, which may have other ones than its study. */
function settingsFor(
  best: FrozenTrial,
  { definition, profile, settings }: RunPlan,
  { assignments = [] }: RunOptions,
): Settings {
  const own = ownSettings(best);
  if (own === undefined) return settings.retrain;
  return retrainSettings(definition, profile, own, partAssignments(assignments).retrain, RETRAIN_PREFIX);
}

/** The note that a conclusion leaves with the study: the number of conclusions, and the last one's configuration. */
function conclusionOf(note: JsonValue | undefined): { readonly count: number; readonly conclusion?: JsonValue } {
  if (typeof note !== 'object' || note === null || !('count' in note)) return { count: 0 };
  const { count, conclusion = null } = note as Readonly<Record<string, JsonValue>>;
  return { count: Number(count), conclusion };
}

/** Writes `best.json` for a study of one direction that has a complete trial. @returns that trial. */
export async function exportBest(
  { study, settings, device, profile, folder }: RunPlan,
  { studyFile, emit }: RunOptions,
): Promise<FrozenTrial | undefined> {
  const best = study.directions.length === 1 ? await study.bestTrial() : undefined;
  if (best === undefined) return undefined;
  const drawn = study.drawnParams(best);
  if (Object.keys(drawn).length > 0) emit({ type: 'warning', message: drawnMessage(best.number, drawn) });
  const file = writeBest(folder, resolve(studyFile), {
    study: study.name,
    trial: best.number,
    value: best.values?.[0] ?? Number.NaN,
    params: study.paramsOf(best),
    ...(Object.keys(drawn).length > 0 && { drawn: Object.keys(drawn) }),
    settings: ownSettings(best) ?? settings.trial,
    profile: profile ?? null,
    studySeed: study.seed,
    storage: study.storageLabel,
    device: device ?? null,
  });
  emit({ type: 'best-written', file });
  return best;
}
