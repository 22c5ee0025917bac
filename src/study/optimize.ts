import { setTimeout as sleep } from 'node:timers/promises';
import { checkFields, checkOption, type Fields, refusal, wholeNumberFrom } from '../base/option-checks.ts';
import type { Params, SearchSpace } from '../space/search-space.ts';
import type { SpaceDefinition } from '../space/variant.ts';
import type { Direction } from '../trial/direction.ts';
import type { Crew } from './crew.ts';
import type { ObjectiveContext, ObjectiveResult } from './definition/definition.ts';
import { checkStopWhen, type StopReason, type StopWhen } from './stop-when.ts';
import type { LiveTrial } from './trial/live-trial.ts';
import type { Failure, FinishedTrial, Told } from './trial/outcome.ts';
import { runObjective } from './trial/run-objective.ts';
import type { AskRules } from './trial-queue.ts';

/**
 * The pause in milliseconds between two looks at whether other processes have finished the study's last trials, or
 * died.
 */
export const WAIT_MS = 500;

/** The options of {@link Study.optimize}. */
export interface OptimizeOptions {
  /** The number of finished trials that the study has in the end: a target, not an addition. */
  readonly trials: number;
  /** The time in milliseconds after which no trial starts. Default: none. */
  readonly timeoutMs?: number;
  /** Rules, each of which ends the study before its target. Default: none. */
  readonly stopWhen?: StopWhen;
  /** The number of trials that run at the same time in this process. Default 1. */
  readonly concurrency?: number;
  /** Once it is aborted, no further trial starts, and the running ones see it as their own `signal`. */
  readonly signal?: AbortSignal;
  /** Called after each trial of this call; a promise that it returns is waited for. */
  readonly onTrial?: (finished: FinishedTrial) => unknown;
}

const FIELDS: Fields<OptimizeOptions> = {
  trials: wholeNumberFrom(1),
  timeoutMs: { wanted: 'a number above 0', accepts: (value) => typeof value === 'number' && value > 0 }, // or Infinity
  stopWhen: true,
  concurrency: wholeNumberFrom(1),
  signal: true,
  onTrial: true,
};

/** The context that {@link Study.optimize} gives to an objective. */
export type LocalContext<D extends SpaceDefinition> = Pick<
  ObjectiveContext<D>,
  'trial' | 'params' | 'signal' | 'studySeed'
>;

/** The part of a study that {@link optimize} uses. */
export interface OptimizedStudy<D extends SpaceDefinition> {
  readonly seed: number;
  readonly directions: readonly Direction[];
  setCrew(crew: Partial<Crew>): void;
  stopReason(stopWhen: StopWhen): Promise<StopReason | undefined>;
  askUntil(target: number, rules?: AskRules): Promise<LiveTrial<Params<SearchSpace<D>>> | 'elsewhere' | undefined>;
  tell(trial: LiveTrial, told: Told, failure?: Failure): Promise<FinishedTrial>;
  reuse(trial: LiveTrial<Params<SearchSpace<D>>>): Promise<FinishedTrial | undefined>;
  requeue(trial: LiveTrial): Promise<void>;
}

/**
 * Runs an objective in this process; see {@link Study.optimize}. On an error no further trial starts, the running ones
 * are waited for, and then it rejects with the first error. A trial that fails because the storage does is handed back.
 */
export async function optimize<D extends SpaceDefinition>(
  study: OptimizedStudy<D>,
  objective: (context: LocalContext<D>) => Promise<ObjectiveResult> | ObjectiveResult,
  options: OptimizeOptions,
  stopped: () => boolean,
): Promise<void> {
  const refuse = refusal('HPO_INVALID_ARGUMENT', 'optimize()');
  checkFields(options, FIELDS, refuse);
  checkOption('trials', options.trials, wholeNumberFrom(1), refuse); // it must be given
  const { trials, timeoutMs = Number.POSITIVE_INFINITY, concurrency = 1, onTrial, stopWhen } = options;
  checkStopWhen(stopWhen, study.directions, refuse);
  const signal = options.signal ?? new AbortController().signal;
  const end = performance.now() + timeoutMs;
  study.setCrew({ workers: concurrency });

  let failed: { readonly error: unknown } | undefined;
  const isOver = () => failed !== undefined || stopped() || signal.aborted || performance.now() >= end;
  /** Ends a trial, unless another process has it now, or has finished it; handed back where that fails. */
  const unlessTaken = <T>(trial: LiveTrial, finish: () => Promise<T>) =>
    finish().catch(async (error: unknown) => {
      if (trial.loss.reason !== undefined) return undefined;
      await study.requeue(trial).catch(() => undefined);
      throw error;
    });
  const slot = async () => {
    const asker = Symbol('slot');
    while (!isOver()) {
      const trial = await study.askUntil(trials, { isOver, stopWhen, asker });
      if (trial === undefined) return;
      if (trial === 'elsewhere') {
        await sleep(WAIT_MS);
        continue;
      }
      const reused = await unlessTaken(trial, () => study.reuse(trial));
      if (reused !== undefined) await onTrial?.(reused);
      if (reused !== undefined || trial.loss.reason !== undefined) continue;
      const { told, failure } = await runObjective(() => objective(new TrialContext(trial, signal, study.seed)));
      if (trial.loss.reason !== undefined) continue;
      if (told === 'FAIL' && trial.service.fault !== undefined) {
        await study.requeue(trial).catch(() => undefined); // else it goes back later
        throw trial.service.fault;
      }
      const finished = await unlessTaken(trial, () => study.tell(trial, told, failure));
      if (finished !== undefined) await onTrial?.(finished);
    }
  };
  const guarded = () =>
    slot().catch((error: unknown) => {
      failed ??= { error }; // the others end with the trials that they run
    });
  await Promise.all(Array.from({ length: concurrency }, guarded));
  if (failed !== undefined) throw (failed as { readonly error: unknown }).error;
  if (stopWhen !== undefined) await study.stopReason(stopWhen); // keeps the reason with the study
}

/**
 * The context of one trial. Its signal is made when it is first asked for: signals are slow to make, and few objectives
 * ask for one. It is a property of the context itself, which copies of it (`{ ...context }`) have, too; all contexts
 * share its getter, since V8 keeps the objects of each literal with a getter until its next full collection.
 */
class TrialContext<D extends SpaceDefinition> implements LocalContext<D> {
  readonly trial: LiveTrial<Params<SearchSpace<D>>>;
  readonly params: Params<SearchSpace<D>>;
  readonly studySeed: number;
  declare readonly signal: AbortSignal;
  readonly #stop: AbortSignal;
  #signal: AbortSignal | undefined;

  constructor(trial: LiveTrial<Params<SearchSpace<D>>>, stop: AbortSignal, studySeed: number) {
    this.trial = trial;
    this.params = trial.params;
    this.studySeed = studySeed;
    this.#stop = stop;
    Object.defineProperty(this, 'signal', TrialContext.#signalProperty);
  }

  static readonly #signalProperty = {
    enumerable: true,
    get(this: TrialContext<SpaceDefinition>): AbortSignal {
      this.#signal ??= AbortSignal.any([this.#stop, this.trial.loss.signal]);
      return this.#signal;
    },
  };
}
