import type { HistoryReader } from '../../history/history.ts';
import type { Direction } from '../../trial/direction.ts';
import { type FrozenTrial, isFinished } from '../../trial/frozen-trial.ts';
import { GrowingFront } from '../../trial/growing-front.ts';
import { hasCheckpoints, namedMarks, type StepMark, storedCheckpoints } from './kept-checkpoints.ts';

/** The uses that the trials of a study have for their checkpoints. The summary of {@link checkpointUses}. */
export class CheckpointUses {
  readonly #best: GrowingFront;
  readonly #unfinished = new Map<number, FrozenTrial>();
  /** The trials that ended with checkpoints that are to stay, by the trial in whose folder those stand. */
  readonly #staying = new Map<number, StepMark[]>();
  readonly #ended: FrozenTrial[] = [];
  #lastFailed: FrozenTrial | undefined;

  constructor(directions: readonly Direction[]) {
    this.#best = new GrowingFront(directions);
  }

  take(trial: FrozenTrial): void {
    const { number } = trial;
    const has = hasCheckpoints(trial);
    if (!isFinished(trial.state)) {
      if (has) this.#unfinished.set(number, trial);
      else this.#unfinished.delete(number);
      return;
    }
    this.#unfinished.delete(number);
    this.#best.add(trial);
    if (!has) return;
    this.#ended.push(trial);
    if (trial.state === 'FAIL' && number > (this.#lastFailed?.number ?? -1)) this.#lastFailed = trial;
    for (const mark of storedCheckpoints(trial)?.isToStay ? marksOf(trial) : []) {
      this.#staying.set(mark.trial, [...(this.#staying.get(mark.trial) ?? []), mark]);
    }
  }

  /** The trials that ended with checkpoints, in the order in which that was seen. */
  get ended(): readonly FrozenTrial[] {
    return this.#ended;
  }

  /** The steps in the folders of trials that are of use; folders that are of none are left out. */
  steps(): ReadonlyMap<number, ReadonlySet<number>> {
    const steps = new Map<number, Set<number>>();
    const add = ({ trial, step }: StepMark) => {
      const known = steps.get(trial);
      if (known === undefined) steps.set(trial, new Set([step]));
      else known.add(step);
    };
    for (const trial of this.#unfinished.values()) for (const mark of marksOf(trial)) add(mark);
    for (const trial of this.#best.trials) for (const mark of marksOf(trial)) add(mark);
    for (const mark of this.#lastFailed === undefined ? [] : marksOf(this.#lastFailed)) add(mark);
    return steps;
  }

  /** The steps in the folder of a trial that stay whatever becomes of the study. */
  stayingIn(trial: number): readonly number[] {
    return this.#staying.get(trial)?.map(({ step }) => step) ?? [];
  }
}

/** Reads the uses of a history's checkpoints. */
export const checkpointUses: HistoryReader<CheckpointUses> = {
  start: ({ directions }) => new CheckpointUses(directions),
  take: (uses, trial) => uses.take(trial),
};

/** The checkpoints that a trial names; a finished one has no use for spares. */
function marksOf(trial: FrozenTrial): readonly StepMark[] {
  const stored = storedCheckpoints(trial);
  if (stored === undefined) return [];
  return namedMarks(isFinished(trial.state) ? { ...stored, spares: [] } : stored);
}
