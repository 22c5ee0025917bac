import type { EpochMetric } from './epoch-metric.ts';
import type { EpochRecord } from './epoch-record.ts';
import type { StepRecord } from './step-reports.ts';

/** The state in which a training begins. */
export interface TrainingStart {
  /** The last epoch of the checkpoint that the training goes on from; 0 where it begins afresh. */
  readonly resumedAt: number;
  /** The epochs up to {@link resumedAt}, by which a callback can bring its own state up to date. */
  readonly history: readonly EpochRecord[];
  /** The epochs that the training is to have in all. */
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** The metrics that each epoch's record has. */
  readonly metrics: readonly EpochMetric[];
}

/** Follows a training. Each method is waited for; what one throws ends the training and is passed on. */
export interface TrainingCallback {
  /** Called before the first epoch. In a resumed training, model and optimizer have the state of the checkpoint. */
  onBegin?(training: TrainingStart): void | Promise<void>;
  /**
   * Called for every `logEvery`-th step of an epoch, in order, some time after the step: its figures are read from the
   * backend while the next steps are computed, which do not wait for what it does. All steps of an epoch come before the
   * epoch.
   */
  onStep?(record: StepRecord): void | Promise<void>;
  /**
   * Called after each epoch; a checkpoint of the epoch is written afterwards. 'stop' ends the training, once all
   * callbacks have had the epoch's record. Any other answer is ignored, so that
   * `({ epoch, validationLoss }) => trial.report(validationLoss, epoch)` is a callback.
   *
   * Where one of the callbacks throws, a training that is resumed from this checkpoint shows the epoch to all of them
   * once more before it goes on: a trial that dies while it is being pruned is judged by the same epoch again.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: an async function that returns nothing gives one
  onEpoch?(record: EpochRecord): void | boolean | 'stop' | Promise<void | boolean | 'stop'>;
  /**
   * Asked after each epoch, and when a training is resumed, whether it has had its last epoch. The answer follows from
   * the history alone, so that a training that was over goes on where the callback now says otherwise.
   */
  isOver?(history: readonly EpochRecord[]): boolean;
  /**
   * Called once however the training ended, also where it threw, unless the callback's own {@link onBegin} did. The
   * model has the weights that it keeps, and the optimizer still has its state.
   */
  onEnd?(): void | Promise<void>;
}

/**
 * Runs a training between the callbacks' beginning and their end.
 *
 * @throws the first of what the callbacks and the training throw; every callback that has begun is ended even so.
 */
export async function withCallbacks<T>(
  callbacks: readonly TrainingCallback[],
  start: TrainingStart,
  run: () => Promise<T>,
): Promise<T> {
  const failures: unknown[] = [];
  const attempt = async <R>(step: () => R): Promise<Awaited<R> | undefined> => {
    try {
      return await step();
    } catch (reason) {
      failures.push(reason);
      return undefined;
    }
  };
  const begun: TrainingCallback[] = [];
  const result = await attempt(async () => {
    for (const callback of callbacks) {
      await callback.onBegin?.(start);
      begun.push(callback);
    }
    return run();
  });
  for (const callback of begun) await attempt(() => callback.onEnd?.());
  if (failures.length > 0) throw failures[0];
  return result as T;
}

/** @returns whether a callback stops the training after this epoch. */
export async function afterEpoch(callbacks: readonly TrainingCallback[], record: EpochRecord): Promise<boolean> {
  let isStopped = false;
  for (const callback of callbacks) {
    if ((await callback.onEpoch?.(record)) === 'stop') isStopped = true;
  }
  return isStopped;
}
