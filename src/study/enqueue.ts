import { HpoError } from '../base/errors.ts';
import { asSentence } from '../base/nearest-name.ts';
import type { FlatParams, SearchSpace } from '../space/search-space.ts';
import type { Storage, TrialTemplate } from '../storage/storage.ts';
import type { StudyRef } from '../storage/study-ref.ts';
import type { Attributes, FrozenTrial } from '../trial/frozen-trial.ts';
import { checkKinds, declaredParams, enqueuedParams, hasParams } from './enqueued-params.ts';
import type { StoredHistory } from './stored-history.ts';
import { FIXED_PARAMS_KEY, START_POINT_KEY } from './study-keys.ts';

/** The parts that {@link enqueue} works with. */
export interface EnqueueParts {
  readonly storage: Storage;
  readonly record: StudyRef;
  readonly history: StoredHistory;
}

/** The options of `Study.enqueue`. */
export interface EnqueueOptions {
  /** Add no trial if one has exactly these parameters, or is to have them. Default false. */
  readonly skipIfExists?: boolean;
  readonly userAttrs?: Attributes;
}

/** Adds a WAITING trial with some of its parameters given, as `Study.enqueue` describes it. */
export async function enqueue(
  params: object,
  { skipIfExists = false, userAttrs = {} }: EnqueueOptions,
  { space, ...parts }: EnqueueParts & { readonly space: SearchSpace },
): Promise<FrozenTrial | undefined> {
  const refuse = (name: string, problem: string): never => {
    throw new HpoError('HPO_INVALID_ARGUMENT', asSentence(`enqueue(): \`${name}\` ${problem}`), { data: { name } });
  };
  const flat = enqueuedParams(params, declaredParams(space), refuse);
  for (const trial of space.isEmpty ? await parts.history.refresh() : []) checkKinds(flat, trial, refuse);
  const template = { state: 'WAITING', systemAttrs: { [FIXED_PARAMS_KEY]: flat }, userAttrs } as const;
  if (!skipIfExists) return parts.storage.createTrial(parts.record, template);
  return enqueueUnless((trials) => trials.some((trial) => hasParams(trial, flat)), template, parts);
}

/** Adds a WAITING trial; undefined, with none added, if `isThere` finds it among the study's trials. */
async function enqueueUnless(
  isThere: (trials: readonly FrozenTrial[]) => boolean,
  template: TrialTemplate,
  { storage, record, history }: EnqueueParts,
): Promise<FrozenTrial | undefined> {
  for (;;) {
    const trials = await history.refresh();
    if (isThere(trials)) return undefined;
    const added = await storage.createTrialAfter(record, trials.length, template);
    if (added !== undefined) return added; // another process has added a trial meanwhile, perhaps this very one
  }
}

/**
 * Enqueues the start points of a study, each as often as it stands in the list, however often and by however many
 * processes the study is opened. The trials themselves show which points are there already, so that no crash loses or
 * repeats one.
 */
export async function enqueueStartPoints(points: readonly FlatParams[], parts: EnqueueParts): Promise<void> {
  for (const [at, params] of points.entries()) {
    const isSame = (trial: Pick<FrozenTrial, 'params' | 'systemAttrs'>) => hasParams(trial, params);
    const systemAttrs = { [FIXED_PARAMS_KEY]: params, [START_POINT_KEY]: true };
    const earlier = points.slice(0, at).filter((point) => {
      return isSame({ params: {}, systemAttrs: { [FIXED_PARAMS_KEY]: point } });
    });
    const isThere = (trials: readonly FrozenTrial[]) => {
      const own = trials.filter((trial) => START_POINT_KEY in trial.systemAttrs && isSame(trial));
      return own.length > earlier.length;
    };
    await enqueueUnless(isThere, { state: 'WAITING', systemAttrs }, parts);
  }
}
