import { HpoError } from '../errors.ts';
import type { SpaceDefinition } from '../space/variant.ts';
import type { ObjectiveContext, ObjectiveResult } from './definition.ts';
import { type Failure, failureOf, type Told } from './outcome.ts';
import type { FinishedTrial, Study } from './study.ts';
import { TrialPruned } from './trial-pruned.ts';

/** How {@link Study.optimize} runs. */
export interface OptimizeOptions {
  /** How many finished trials the study is to have in the end: a target, not an addition. */
  readonly trials: number;
  /** Start no trial after this time. Default: none. */
  readonly timeoutMs?: number;
  /** How many trials run at the same time in this process. Default 1. */
  readonly concurrency?: number;
  /** When it is aborted no further trial starts, and the running ones see it as their own `signal`. */
  readonly signal?: AbortSignal;
  /** Called after each trial of this call; a promise that it returns is waited for. */
  readonly onTrial?: (finished: FinishedTrial) => unknown;
}

/** What {@link Study.optimize} gives to an objective. */
export type LocalContext<D extends SpaceDefinition> = Pick<
  ObjectiveContext<D>,
  'trial' | 'params' | 'signal' | 'studySeed'
>;

/** Runs an objective in this process; see {@link Study.optimize}. */
export async function optimize<D extends SpaceDefinition>(
  study: Study<D>,
  objective: (context: LocalContext<D>) => Promise<ObjectiveResult> | ObjectiveResult,
  options: OptimizeOptions,
  stopped: () => boolean,
): Promise<void> {
  const { trials, timeoutMs = Number.POSITIVE_INFINITY, concurrency = 1, onTrial } = options;
  for (const [name, value] of Object.entries({ trials, concurrency })) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    throw new HpoError('HPO_INVALID_ARGUMENT', `optimize: \`${name}\` is ${value}; give a whole number from 1 on.`);
  }
  if (!(timeoutMs > 0)) throw new HpoError('HPO_INVALID_ARGUMENT', `optimize: \`timeoutMs\` is ${timeoutMs}.`);
  const signal = options.signal ?? new AbortController().signal;
  const end = performance.now() + timeoutMs;
  await study.recover();

  const slot = async () => {
    while (!stopped() && !signal.aborted && performance.now() < end) {
      const trial = await study.askUntil(trials);
      if (trial === undefined) return;
      const { told, failure } = await run(() =>
        objective({ trial, params: trial.params, signal, studySeed: study.seed }),
      );
      const finished = await study.tell(trial, told, failure);
      await onTrial?.(finished);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, slot));
}

/** Runs an objective and tells how it ended; never rejects. */
export async function run(objective: () => unknown): Promise<{ readonly told: Told; readonly failure?: Failure }> {
  try {
    return { told: (await objective()) as Told };
  } catch (thrown) {
    return TrialPruned.is(thrown) ? { told: 'PRUNED' } : { told: 'FAIL', failure: failureOf(thrown) };
  }
}
