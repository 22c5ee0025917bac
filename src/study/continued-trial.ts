import { isDeepStrictEqual } from 'node:util';
import { HpoError } from '../base/errors.ts';
import type { SearchSpace } from '../space/search-space.ts';
import { type Holder, newLease } from '../storage/lease.ts';
import type { StudyRecord, TrialTemplate } from '../storage/storage.ts';
import { type FrozenTrial, isFinished } from '../trial/frozen-trial.ts';
import { droppedMetrics, METRICS_PREFIX } from '../trial/reported-metrics.ts';
import { type CheckpointRoot, placeOf } from './checkpoints/checkpoint-root.ts';
import { checkpointsAttr, continuedTrial, hasCheckpoints, storedCheckpoints } from './checkpoints/kept-checkpoints.ts';
import { missingParams } from './completed-params.ts';
import type { Settings } from './definition/definition.ts';
import { ownSettings } from './own-settings.ts';
import { CONTINUES_KEY, SETTINGS_KEY } from './study-keys.ts';

/** The parts that {@link continuedTemplate} works with. */
export interface ContinuedParts {
  readonly record: StudyRecord;
  readonly space: SearchSpace;
  readonly checkpoints: CheckpointRoot;
  readonly holder: Holder;
  /** The name of the storage, for messages. */
  readonly label: string;
}

/**
 * The content of a new trial that continues a finished one, as `Study.resume` describes it. Its checkpoints are those of
 * the finished trial, in their place, until it has some of its own.
 */
export async function continuedTemplate(
  number: number,
  former: FrozenTrial | undefined,
  { record, space, checkpoints, holder, label }: ContinuedParts,
  settings: Settings | undefined,
): Promise<TrialTemplate> {
  const refuse = (code: 'HPO_NOTHING_TO_SHOW' | 'HPO_TRIAL_STATE' | 'HPO_STUDY_DIFFERS', problem: string): never => {
    throw new HpoError(code, `Trial ${number} of '${record.name}' in ${label} ${problem}`, { data: { trial: number } });
  };
  if (former === undefined) return refuse('HPO_NOTHING_TO_SHOW', 'does not exist; `hpo trials` lists the trials.');
  if (!isFinished(former.state)) {
    return refuse('HPO_TRIAL_STATE', `is ${former.state}; only a finished trial goes on as a new one.`);
  }
  const lacking = space.isEmpty ? [] : missingParams(space, former);
  if (lacking.length > 0) {
    refuse(
      'HPO_STUDY_DIFFERS',
      `lacks ${lacking.map((name) => `\`${name}\``).join(', ')} of the space, so it cannot go on.`,
    );
  }
  const last = await checkpoints.last(former);
  if (last === undefined) return refuse('HPO_NOTHING_TO_SHOW', noCheckpoint(former, placeOf(checkpoints.path, number)));
  const place = placeOf(checkpoints.path, number);
  const kept = { place, last, best: await checkpoints.best(former), isToStay: checkpoints.keepsAll };
  const params = Object.entries(former.params).flatMap(([name, value]) => {
    const distribution = former.distributions[name];
    return distribution === undefined ? [] : [{ name, value, distribution }];
  });
  return {
    state: 'RUNNING',
    params,
    intermediateValues: new Map([...former.intermediateValues].filter(([step]) => step <= last.step)),
    systemAttrs: {
      ...metricsTo(former, last.step),
      ...checkpointsAttr(kept),
      [CONTINUES_KEY]: number,
      ...(settings && { [SETTINGS_KEY]: settings }),
      ...newLease(holder, 1),
    },
  };
}

/** The WAITING trial that continues a trial with these settings: it was interrupted. */
export function continuingTrial(
  trials: readonly FrozenTrial[],
  number: number,
  settings: Settings | undefined,
): FrozenTrial | undefined {
  return trials.find((trial) => {
    const isContinuing = trial.state === 'WAITING' && continuedTrial(trial) === number;
    return isContinuing && isDeepStrictEqual(ownSettings(trial), settings && { ...settings });
  });
}

function noCheckpoint(former: FrozenTrial, place: string): string {
  const stored = storedCheckpoints(former);
  if (stored === undefined && hasCheckpoints(former)) {
    return 'has a checkpoint whose stored name (hpo:checkpoints) cannot be read, so it cannot go on.';
  }
  if (stored === undefined) return 'kept no checkpoint (trial.checkpoints.keep()), so it cannot go on.';
  const kept = '--keep-checkpoints keeps those of all trials; otherwise they go when a trial is finished';
  const elsewhere = stored.place === place ? '' : `; it was written to ${stored.place}`;
  return `has no whole checkpoint in ${place} any more${elsewhere} (${kept}, but for the best and the last failed one).`;
}

/** The attributes that hold a trial's further figures up to a step. */
function metricsTo({ systemAttrs }: FrozenTrial, step: number): TrialTemplate['systemAttrs'] {
  const all = Object.entries(systemAttrs).filter(([key]) => key.startsWith(METRICS_PREFIX));
  const changed = { ...Object.fromEntries(all), ...droppedMetrics(systemAttrs, step) };
  return Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== null));
}
